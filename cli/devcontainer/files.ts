import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { names } from "../../plan/names.ts";
import { packageOf } from "../../setup/places.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Reach } from "../../target/engine/client.ts";
import { unfitPath } from "../ssh/include.ts";

/** Where a client's devcontainer is. No agent can write there: a devcontainer.json says what an editor runs on the person's side (`initializeCommand`). */
export function devcontainerFolder(root: string, client: string): string {
  return join(root, ".state/devcontainer", client);
}

/**
 * Writes a client's devcontainer anew: the devcontainer.json, and the engine that its tools are given. It is there whole or not at all, for this
 * user alone.
 * @returns its folder
 * @throws UserError
 */
export function writeDevcontainer(root: string, client: string, engine: Reach): string {
  const unfit = [root, engine.host, engine.certificates ?? ""].map(unfitPath).find((problem) => problem !== undefined);
  if (unfit) throw new UserError(2, unfit);
  const own = devcontainerFolder(root, client);
  const all = join(root, ".state/devcontainer");
  mkdirSync(all, { recursive: true, mode: 0o700 });
  const fresh = mkdtempSync(join(all, ".new-"));
  try {
    mkdirSync(join(fresh, ".devcontainer"), { mode: 0o700 });
    const json = `${JSON.stringify(describe(client), undefined, 2)}\n`;
    writeFileSync(join(fresh, ".devcontainer/devcontainer.json"), json, { mode: 0o600 });
    writeFileSync(join(fresh, "engine"), wrapper(root, client, engine), { mode: 0o700 });
    rmSync(own, { recursive: true, force: true });
    renameSync(fresh, own);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return own;
}

/** Removes a client's devcontainer. @returns whether there was one */
export function removeDevcontainer(root: string, client: string): boolean {
  const own = devcontainerFolder(root, client);
  if (!existsSync(own)) return false;
  rmSync(own, { recursive: true });
  return true;
}

/** What a devcontainer.json says of a sandbox that runs already: who comes in and where, no command, nothing to build. */
function describe(client: string) {
  return {
    name: names(client).agent,
    // A name that no registry can have (RFC 2606): tools that find no container make none.
    image: "nowhere.invalid/there-is-nothing-to-make",
    remoteUser: "dev",
    updateRemoteUserUID: false,
    overrideCommand: false,
    shutdownAction: "none",
    workspaceFolder: "/workspace",
    workspaceMount: "",
    // The environment is the container's, as of an `exec`, and not what the agent's settings of a shell make of it.
    userEnvProbe: "none",
    otherPortsAttributes: { onAutoForward: "ignore" },
  };
}

function wrapper(root: string, client: string, { cli, host, certificates }: Reach): string {
  const tls = certificates === undefined ? [] : ["env", "DOCKER_TLS_VERIFY=1", `DOCKER_CERT_PATH=${certificates}`];
  const words = [...tls, join(packageOf(root), "cli/devcontainer/engine.sh"), client, cli, host]
    .map((word) => `'${word}'`)
    .join(" ");
  return `#!/bin/sh\n# Written by \`agentbox devcontainer\`, anew each time. A destroy removes it.\nexec ${words} "$@"\n`;
}
