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

/** Where it has what it has noted of things that go on: how long nobody is in a sandbox. */
export function stateFolder(): string {
  return below("XDG_STATE_HOME", ".local/state");
}

/** A value that is empty or relative is none, as the XDG Base Directory Specification has it: it would put a key below whatever folder a command is run in. */
function below(name: "XDG_CONFIG_HOME" | "XDG_CACHE_HOME" | "XDG_STATE_HOME", usual: string): string {
  const said = process.env[name] ?? "";
  return join(isAbsolute(said) ? said : join(homedir(), usual), "agent-sandbox");
}
