import { engineOf } from "../host/engine-of.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Belonging } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { ROOT } from "./command.ts";
import { refuseMadeElsewhere } from "./protection.ts";

/**
 * The client that a command is about, and its engine.
 * @throws UserError 3 when there is no engine; 2 when no client is named, or the engine has nothing of that client
 */
export async function findClient(
  named: readonly string[],
  usage: string,
): Promise<{ engine: Engine; client: string; belongings: readonly Belonging[] }> {
  const [client, ...more] = named;
  const { engine, clients, belongings } = await target.survey(
    client === undefined ? target.find() : engineOf(ROOT, client),
  );
  const there = describeClients(clients);
  if (client === undefined) throw new UserError(2, `which client? agentbox ${usage}. ${there}`);
  if (more.length > 0) throw new UserError(2, `one client at a time: agentbox ${usage}`);
  if (!clients.includes(client) && stackFiles(ROOT).some((stack) => stack.client === client))
    throw new UserError(
      2,
      `${client} is not up: nothing on this engine is its; \`agentbox up ${client}\` brings it up`,
    );
  if (!clients.includes(client))
    throw new UserError(
      2,
      `nothing on this engine belongs to a client "${client}".${suggest(client, clients)} ${there}`,
    );
  return { engine, client, belongings };
}

/** The same for a command that changes what runs. @throws UserError besides where another checkout made the client */
export async function findOwnClient(
  named: readonly string[],
  usage: string,
  command: "stop" | "start" | "restart",
): Promise<{ engine: Engine; client: string }> {
  const { engine, client, belongings } = await findClient(named, usage);
  refuseMadeElsewhere(client, belongings, command);
  return { engine, client };
}

/** What is said of a name that nothing at all has. @param clients those on the engine */
export function noSuchClient(client: string, clients: readonly string[]): UserError {
  const known = [...clients, ...stackFiles(ROOT).map((stack) => stack.client)];
  return new UserError(
    2,
    `there is no client "${client}": no file in stacks/, no stack, nothing on the engine.${suggest(client, known)} ${describeClients(clients)}`,
  );
}

/**
 * The clients that are named, sorted, each once; all of the project where none is.
 * @throws UserError 2 for one without a file in stacks/
 */
export function knownClients(root: string, named: readonly string[]): string[] {
  const known = [...new Set(stackFiles(root).map(({ client }) => client))];
  const unknown = named.find((client) => !known.includes(client));
  if (unknown !== undefined)
    throw new UserError(
      2,
      `there is no stacks/Pulumi.${unknown}.yaml.${suggest(unknown, known)} Clients: ${known.join(", ") || "none"}`,
    );
  return named.length === 0 ? known : known.filter((client) => named.includes(client));
}

/** The clients of an engine, for messages. A client without a stack file here is marked. */
export function describeClients(clients: readonly string[]): string {
  if (clients.length === 0) return "There is no client on this engine";
  const declared = stackFiles(ROOT).map(({ client }) => client);
  const named = clients.map((client) => (declared.includes(client) ? client : `${client} (no file in stacks/)`));
  return `Clients on this engine: ${named.join(", ")}`;
}
