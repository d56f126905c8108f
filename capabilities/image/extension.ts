import { SANDBOX } from "../../gateway/contract.ts";
import { install, run } from "./dockerfile.ts";
import type { Fragment } from "./fragment.ts";

/** What a client adds to its image: packages of the distribution, and a Dockerfile fragment. */
export interface Extension {
  packages: readonly string[];
  fragment?: Fragment & {
    /** The fragment's folder on the host. */
    folder: string;
    /** Of all that COPY names. */
    hash: string;
  };
}

/**
 * The Dockerfile of a client's own layers, on top of the shared agent image. Whatever the fragment did, it ends as `dev` and
 * without a setuid file.
 */
export function renderExtensionDockerfile({ packages, fragment }: Extension, uid: number, gid: number): string {
  return [
    "ARG AGENT_IMAGE",
    `FROM \${AGENT_IMAGE}`,
    "USER 0:0",
    ...install(packages),
    ...(fragment?.instructions ?? []),
    "USER 0:0",
    // A builder leaves an empty file where it mounted a secret.
    run([
      `${SANDBOX.programs}/own-trust`,
      "find / -xdev -type f -perm /6000 -exec chmod ug-s {} +",
      `rm -rf ${SANDBOX.secrets}/*`,
    ]),
    `USER ${uid}:${gid}`,
    "",
  ].join("\n");
}
