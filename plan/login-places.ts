import type { Agent } from "../capabilities/image/agent.ts";
import type { LoginEntry } from "../capabilities/login.ts";
import { names } from "./names.ts";

/** Where an agent's login lies, seen from its client's volumes. */
export interface AgentLogin {
  agent: string;
  volume: string;
  /** Of its file, below the top of the volume. */
  path: string;
  has: readonly LoginEntry[];
}

/** The login files of a client's agents; of an agent that keeps its login where nobody knows there is none. */
export function loginPlaces(client: string, agents: readonly Pick<Agent, "name" | "login" | "state">[]): AgentLogin[] {
  return agents.flatMap(({ name, login, state }) => {
    const file = login?.file;
    const place = state.find(({ dir }) => file?.at.startsWith(`${dir}/`));
    if (!file || !place || file.has.length === 0) return [];
    return [
      {
        agent: name,
        volume: names(client).volume(place.purpose),
        path: file.at.slice(place.dir.length + 1),
        has: file.has,
      },
    ];
  });
}
