import { within } from "../../plan/path.ts";

/** Below a home: folders of keys. */
export const KEY_FOLDERS = [".aws", ".azure", ".docker", ".gnupg", ".kube", ".password-store", ".pulumi", ".ssh"];

/** Below a home: files whose content is a key. They are secrets, which agents get by name. */
const KEYS = [
  ...KEY_FOLDERS,
  ...[".config/gcloud", ".config/gh", ".config/op", ".git-credentials", ".netrc", ".npmrc", ".pypirc"],
];
const SYSTEM = ["/dev", "/etc", "/proc", "/run", "/sys", "/var"];

/** Why a file of the host is not handed to an agent as a dotfile, or nothing. @param path with links resolved */
export function refuseDotfile(path: string, home: string): string | undefined {
  const system = SYSTEM.find((directory) => within(path, directory));
  if (system) return `belongs to the system (${system}); name a file of your own`;
  const keys = KEYS.find((own) => within(path, `${home}/${own}`));
  if (keys) return `holds your own keys (~/${keys}); a key of the client's own goes under secrets, git or credentials`;
  return undefined;
}
