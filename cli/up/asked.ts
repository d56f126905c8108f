import { UserError } from "../../stack-file/user-error.ts";
import { knownClients } from "../client.ts";
import { ROOT } from "../command.ts";

/** Words of a command for several clients: `CLIENT… | --all [-j N]`. */
export const SEVERAL = {
  all: { type: "boolean", default: false },
  jobs: { type: "string", short: "j", default: "1" },
} as const;

/** Which clients they mean, and how many at a time. @throws UserError */
export function askedClients(
  { all, jobs }: { all: boolean; jobs: string },
  named: readonly string[],
  usage: string,
): { clients: string[]; jobs: number } {
  if (all === named.length > 0)
    throw new UserError(2, `name clients, or say --all${all ? ", not both" : ""}: agentbox ${usage}`);
  if (!/^([1-9]|[1-9]\d)$/.test(jobs))
    throw new UserError(2, `-j ${JSON.stringify(jobs)} is not how many at a time; write 1 to 99`);
  return { clients: knownClients(ROOT, named), jobs: Number(jobs) };
}
