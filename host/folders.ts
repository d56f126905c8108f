import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where this product has what is a person's own and stays: its keys. */
export function configFolder(): string {
  return below("XDG_CONFIG_HOME", ".config");
}

/** Where it has what can be made again. */
export function cacheFolder(): string {
  return below("XDG_CACHE_HOME", ".cache");
}

/** A value that is empty or relative is none, as the XDG Base Directory Specification has it: it would put a key below whatever folder a command is run in. */
function below(name: "XDG_CONFIG_HOME" | "XDG_CACHE_HOME", usual: string): string {
  const said = process.env[name] ?? "";
  return join(isAbsolute(said) ? said : join(homedir(), usual), "agent-sandbox");
}
