import { engineOf } from "../host/engine-of.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import type { Look } from "../target/look.ts";
import { target } from "../target/target.ts";

/** Clients that live on one engine, sorted, and what that one says. */
export interface OnEngine {
  clients: string[];
  survey: Look<EngineSurvey>;
}

/**
 * Asks each engine that these clients live on, once and side by side. One that does not answer stops no other: its clients are told as unseen.
 * @param clients of none, the engine that the environment offers is asked
 * @param look what is looked at for these
 * @param addressOf where each lives. It may throw a UserError
 * @throws UserError where there is one engine, and it does not answer
 */
export async function surveyEach(
  root: string,
  clients: readonly string[],
  look: (clients: readonly string[]) => Parameters<typeof target.survey>[1] = () => undefined,
  addressOf: (client: string) => Address = (client) => engineOf(root, client),
): Promise<OnEngine[]> {
  const found = await Promise.all(
    groups(clients, addressOf).map(async ({ clients, address }): Promise<OnEngine & { error?: UserError }> => {
      try {
        return { clients, survey: { seen: await target.survey(address(), look(clients)) } };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { clients, survey: { unseen: error.message }, error };
      }
    }),
  );
  const [only, ...others] = found;
  if (only?.error && others.length === 0) throw only.error;
  return found;
}

/** @returns one of each engine; of a client whose engine cannot be said `address` throws that */
function groups(
  clients: readonly string[],
  addressOf: (client: string) => Address,
): { clients: string[]; address: () => Address }[] {
  if (clients.length === 0) return [{ clients: [], address: () => target.find() }];
  const all = clients.map((client) => {
    try {
      const address = addressOf(client);
      return { client, key: JSON.stringify(address), address: () => address };
    } catch (error) {
      const key = (error as Error).message;
      return {
        ...{ client, key },
        address: () => {
          throw error;
        },
      };
    }
  });
  return [...Map.groupBy(all, ({ key }) => key).values()].map((same) => ({
    clients: same.map(({ client }) => client).sort(),
    address: same[0]?.address ?? (() => target.find()),
  }));
}
