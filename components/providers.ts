import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../target/engine/engine.ts";

/** By engine: a program that places several sandboxes has one set of them. */
const made = new Map<string, pulumi.ProviderResource[]>();

/** The providers that place sandboxes. They are called `default`, for of any other Pulumi shows the name with each resource of a diff. */
export function providers(engine: Engine): pulumi.ProviderResource[] {
  const key = JSON.stringify([engine.host, engine.certificates]);
  const known = made.get(key) ?? [
    // Named in full: a provider without a host keeps in its state whatever DOCKER_HOST was (pulumi-docker#1106).
    new docker.Provider("default", {
      host: engine.host,
      ...(engine.certificates !== undefined && { certPath: engine.certificates }),
      // A question of ssh's would come into the middle of what Pulumi draws.
      ...(engine.host.startsWith("ssh://") && { sshOpts: ["-o", "BatchMode=yes"] }),
    }),
    new command.Provider("default"),
  ];
  made.set(key, known);
  return known;
}
