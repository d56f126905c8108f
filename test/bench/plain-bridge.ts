import type { Internet } from "../engine/internet/internet.ts";
import { docker } from "./docker.ts";

/** The alternative: nothing between the container and the fake internet but the engine's own bridge, and nothing taken from it. */
export class PlainBridge {
  readonly name: string;

  constructor(client: string, image: string, { dns, ca }: Pick<Internet, "dns" | "ca">, ...options: string[]) {
    this.name = `${client}-plain`;
    docker("network", "create", this.name);
    docker(
      ...["run", "--detach", "--name", this.name, "--network", this.name, "--dns", dns, "--entrypoint", "sleep"],
      ...["--volume", `${ca}:/ca.pem:ro`, "--env", "NODE_EXTRA_CA_CERTS=/ca.pem", ...options, image, "infinity"],
    );
  }

  remove(): void {
    docker("rm", "--force", this.name);
    docker("network", "rm", this.name);
  }
}
