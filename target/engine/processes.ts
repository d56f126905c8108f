import type { Look } from "../look.ts";
import { Top } from "./answers.ts";
import { request } from "./api.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";

/**
 * The users that the processes of a running container have, told from outside it. Docker asks the host's own ps; one of busybox (Docker Desktop's) knows names of users and no
 * numbers. Podman 4.3 starts the *container's* ps for words that it does not know, and reads the kernel for its own. Of users by the host's names, root is the one that is surely
 * not the planned one.
 * @throws EngineError when the engine gives no answer
 */
export async function usersOf(
  engine: Pick<Engine, "kind" | "host" | "certificates">,
  container: string,
): Promise<Look<string[]>> {
  const users = async (words: string) => {
    const { Processes } = await request(engine, `/containers/${container}/top?ps_args=${words}`, Top);
    return [...new Set((Processes ?? []).map((words) => words.at(-1) ?? "?"))].sort();
  };
  const rootAlone = (names: readonly string[]) => names.flatMap((name) => (name === "root" ? "0" : []));
  if (engine.kind === "podman") return orUnseen(users("huser").then(rootAlone));
  const numbers = await orUnseen(users("-eo%20pid,uid"));
  return "seen" in numbers ? numbers : orUnseen(users("-eo%20pid,user").then(rootAlone));
}

/** The engine's own answer is that it cannot tell of this one; where it gave none, nothing else is known either. */
async function orUnseen(users: Promise<string[]>): Promise<Look<string[]>> {
  try {
    return { seen: await users };
  } catch (error) {
    if (error instanceof EngineError && error.status !== undefined) return { unseen: error.message };
    throw error;
  }
}
