import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { hashFiles } from "../../host/hash-files.ts";
import { atRevision, isRevision, type Revision } from "../../host/revision.ts";
import { stackFiles } from "../../stack-file/look/stack-files.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { declarationOf } from "./declaration.ts";
import { type LastUp, lastUp } from "./last-up.ts";
import { short } from "./report.ts";

/** A client that HEAD changes, and since when, as the end of a line. */
export interface Changed {
  client: string;
  why: string;
}

/** Files of a project at a revision, as far as they say what is placed. */
interface Said {
  clients: readonly string[];
  /** A hash of all files of the program itself. */
  program: string;
  /** By client. */
  declarations: ReadonlyMap<string, string | undefined>;
}

/**
 * The clients that a revision changes, each since its own last `up`: so that one whose `up` failed after the merge before is brought up with this one. They are found by comparing
 * what is declared, and not by paths: another service, or another agent's version, changes those clients alone that name it. The program itself may change all.
 * @throws UserError when it could not be seen what a client's last `up` was
 */
export async function changedClients(root: string, head: Revision): Promise<{ changed: Changed[]; same: string[] }> {
  const now = await saidAt(root, head);
  const ups = await Promise.all(now.clients.map(async (client) => [client, await lastUp(root, client)] as const));
  const unseen = ups.flatMap(([client, look]) =>
    "unseen" in look ? [`which commit ${client} was brought up of could not be seen: ${look.unseen}`] : [],
  );
  if (unseen.length > 0) throw new UserError(2, unseen);
  const before = new Map<string, Said>();
  const changed: Changed[] = [];
  const same: string[] = [];
  for (const [client, look] of ups) {
    const why = await since(root, client, "seen" in look ? look.seen : undefined, now, before);
    if (why) changed.push({ client, why });
    else same.push(client);
  }
  return { changed, same };
}

async function since(
  root: string,
  client: string,
  last: LastUp | undefined,
  now: Said,
  before: Map<string, Said>,
): Promise<string | undefined> {
  if (!last) return "it is new";
  if ("no" in last) return last.no;
  const at = short(last.commit);
  if (!(await isRevision(root, last.commit)))
    return `its last up was of ${at}, which this repository does not have (a shallow clone?)`;
  let then = before.get(last.commit);
  if (!then) {
    then = await saidAt(root, { name: at, commit: last.commit });
    before.set(last.commit, then);
  }
  if (then.program !== now.program) return `the program changed since ${at}, its last up`;
  const declared = now.declarations.get(client);
  if (declared === undefined || declared !== then.declarations.get(client))
    return `what it declares changed since ${at}, its last up`;
  return undefined;
}

function saidAt(root: string, revision: Revision): Promise<Said> {
  return atRevision(root, revision, async (folder) => {
    const clients = stackFiles(folder).map(({ client }) => client);
    const declarations = new Map<string, string | undefined>();
    for (const client of clients) declarations.set(client, await declarationOf(folder, client));
    return { clients, declarations, program: programOf(folder) };
  });
}

/** What declares clients, which is compared for each, and what says nothing of what is placed. Whatever else there is counts as the program: a plan that changes nothing costs two seconds. */
const NO_PROGRAM =
  /^(stacks|policies|images|docs|test|examples|\.ci|\.github|\.gitlab)$|^(CODEOWNERS|\.gitlab-ci\.yml|\.gitignore|\.editorconfig|\.envrc|\.shellcheckrc|biome\.json|jest\..*|LICENSE)$|\.md$/;

function programOf(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) if (!NO_PROGRAM.test(name)) hashFiles(hash, folder, name);
  return hash.digest("hex");
}
