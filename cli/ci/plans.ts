import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../host/folders.ts";
import { findRevision, type Revision, uncommitted } from "../../host/revision.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { ROOT } from "../command.ts";
import { short } from "./report.ts";

/** The plans of a commit that wait on this machine: outside of the checkout, which a forge's runner cleans between two jobs. */
export interface Plans {
  /** In the order in which they are carried out. */
  clients: readonly string[];
  fileOf(client: string): string;
}

const Index = z.strictObject({ clients: z.array(z.string()) });

/** Begins the plans of a commit: older ones of this state are gone, for what they were made of is changed. */
export function beginPlans({ commit }: Revision): Plans & { keep(clients: readonly string[]): void } {
  const folder = folderOf(commit);
  rmSync(below(), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (client: string) => join(folder, `${client}.plan.json`);
  return {
    clients: [],
    fileOf,
    // Last: without it there are no plans.
    keep: (clients) => writeFileSync(join(folder, INDEX), `${JSON.stringify({ clients })}\n`),
  };
}

/** The plans of a commit. @throws UserError where there are none */
export function findPlans({ commit }: Revision): Plans & { drop(client: string): void } {
  const folder = folderOf(commit);
  const index = join(folder, INDEX);
  if (!existsSync(index)) {
    const others = existsSync(below()) ? readdirSync(below()).map(short) : [];
    const there = others.length > 0 ? ` There are plans of ${others.join(", ")}.` : "";
    throw new UserError(
      2,
      `this machine has no plans of ${short(commit)}: make ci-plan HEAD=${short(commit)} makes them.${there} Nothing was changed`,
    );
  }
  const { clients } = Index.parse(JSON.parse(readFileSync(index, "utf8")));
  const fileOf = (client: string) => join(folder, `${client}.plan.json`);
  return {
    clients,
    fileOf,
    drop: (client) => {
      rmSync(fileOf(client), { force: true });
      const left = clients.slice(clients.indexOf(client) + 1);
      writeFileSync(index, `${JSON.stringify({ clients: left })}\n`);
    },
  };
}

const INDEX = "clients.json";

/** Two states on one machine have plans of their own. */
function below(): string {
  const state = (process.env.AGENT_SANDBOX_STATE ?? "").replace(/[^A-Za-z0-9]+/g, "-");
  return join(cacheFolder(), "plans", state || "state");
}

function folderOf(commit: string): string {
  return join(below(), commit);
}

/**
 * The commit that is to be placed: it has to be the one that is checked out, without changes, or a plan would be of other files than those that were reviewed.
 * @throws UserError
 */
export async function placedCommit([name = "HEAD"]: readonly string[]): Promise<Revision> {
  const [asked, here] = await Promise.all([findRevision(ROOT, name), findRevision(ROOT, "HEAD")]);
  if (asked.commit !== here.commit)
    throw new UserError(
      2,
      `${name} is ${short(asked.commit)}, and ${short(here.commit)} is checked out: git checkout ${name}. Nothing was changed`,
    );
  const changed = await uncommitted(ROOT, ["."]);
  if (changed.length > 0)
    throw new UserError(
      2,
      `${few(changed)} ${changed.length === 1 ? "is" : "are"} not as ${short(here.commit)} has ${changed.length === 1 ? "it" : "them"}, so no plan would be of that commit: commit, or git stash. Nothing was changed`,
    );
  const { CI, PULUMI_BACKEND_URL = "" } = process.env;
  if (CI && PULUMI_BACKEND_URL.startsWith(`file://${ROOT}/`))
    throw new UserError(
      2,
      "the state is in this checkout, and a runner removes what is in a checkout: say where it is to be kept by PULUMI_BACKEND_URL (docs/gitops/README.md). Nothing was changed",
    );
  return asked;
}

function few([first = "", ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
