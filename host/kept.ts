import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Facts } from "../plan/facts.ts";
import { INSTALLED, PACKAGE } from "../setup/places.ts";
import { readSecretFiles } from "../stack-file/look/secret-files.ts";
import { configFolder } from "./folders.ts";
import { repositoryOf } from "./own-repository.ts";
import { hostPath } from "./path.ts";
import { asFarAsItLeads } from "./real-path.ts";

/**
 * Kept places: what no sandbox may see of this host, links resolved. They are the state of this project and of Pulumi where they lie outside of it, the
 * project's repository, by which a review compares (a linked worktree has it elsewhere), the key of fingerprints, files that secrets of any client are read from, and the engine's own files.
 * @param logins files that this client's agents' logins are copied from
 * @param engineRoot where the engine keeps images and volumes, when that is on this machine
 * @throws StackFileError
 */
export function keptPlaces(root: string, logins: readonly string[], engineRoot: string | undefined): Facts["kept"] {
  const { PULUMI_HOME, PULUMI_CREDENTIALS_PATH, PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const backend = /^file:\/\/([^?]+)/.exec(PULUMI_BACKEND_URL ?? "")?.[1];
  const places: [what: string, path: string | undefined][] = [
    ["the state of this project", join(root, ".state")],
    ["the state of this project", backend],
    ["the repository of this project", repositoryOf(realpathSync(root))],
    ["Pulumi's own files", PULUMI_HOME],
    ["Pulumi's own files", PULUMI_CREDENTIALS_PATH],
    ["the passphrase of the state", PULUMI_CONFIG_PASSPHRASE_FILE],
    ["this product's keys", configFolder()],
    ["this product's program", INSTALLED ? PACKAGE : undefined],
    ["the engine's own files", engineRoot],
    ...readSecretFiles(root).map(({ client, path }): [string, string] => [`a file of ${client}'s secrets`, path]),
    ...logins.map((path): [string, string] => ["a login of yours", path]),
  ];
  return places.flatMap(([what, path]) => (path ? [{ what, path: asFarAsItLeads(hostPath(path, root)) }] : []));
}
