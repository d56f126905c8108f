import { SANDBOX } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { type Reach, runClient, type Said } from "./client.ts";

/** Forgets a login and the mark that it was copied; `prepare` then copies what was delivered (images/runtime/prepare-home). What cannot be removed is laid aside. */
const RESEED = `set -u
PATH=/usr/bin:/bin
for one in "$1" "$1.copied"; do
  rm -f -- "$one" 2>/dev/null || mv --backup=numbered -T -- "$one" "$one.before" || exit 1
done
exec ${SANDBOX.programs}/prepare`;

/** Lets a client's agent container copy a login again, as the agent's own user. @param file of the login, in there */
export function reseed(engine: Reach, client: string, file: string): Promise<Said> {
  return runClient(engine, ["exec", names(client).agent, "/bin/bash", "-c", RESEED, "reseed", file]);
}
