import type { Look } from "../look.ts";
import { Top } from "./answers.ts";
import { EngineError, request } from "./api.ts";
import type { Engine } from "./engine.ts";

/**
 * The users that the processes of a running container have, told from outside it. Docker asks the host's own ps. Podman 4.3 starts
 * the *container's* ps for words that it does not know, and reads the kernel for its own: of the host's users that these name, root is the one that is surely
 * not the planned one.
 * @throws EngineError when the engine gives no answer
 */
export async function usersOf(
  { kind, host }: Pick<Engine, "kind" | "host">,
  container: string,
): Promise<Look<string[]>> {
  const words = kind === "podman" ? "huser" : "-eo%20pid,uid";
  try {
    const { Processes } = await request(host, `/containers/${container}/top?ps_args=${words}`, Top);
    const users = [...new Set((Processes ?? []).map((words) => words.at(-1) ?? "?"))].sort();
    return { seen: kind === "podman" ? users.flatMap((user) => (user === "root" ? "0" : [])) : users };
  } catch (error) {
    // The engine's own answer is that it cannot tell of this one; where it gave none, nothing else is known either.
    if (error instanceof EngineError && error.status !== undefined) return { unseen: error.message };
    throw error;
  }
}
