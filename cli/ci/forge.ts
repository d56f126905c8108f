import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../../stack-file/user-error.ts";

/** Where pull requests and issues are. What was written before is found by a mark in it and changed in its place. */
export interface Forge {
  /** Writes the comment of the pull request that the runner is at. @throws UserError */
  comment(markdown: string): Promise<void>;
  /** Opens an issue, or changes the one that is open. @param markdown nothing where all is well: then one that is open is closed @throws UserError */
  issue(title: string, markdown: string | undefined): Promise<void>;
}

const MARK = { comment: "<!-- agentbox ci review -->", issue: "<!-- agentbox ci nightly -->" } as const;

/** The forge whose runner this is, by the variables that it sets. @throws UserError where it is neither */
export function forge(env: NodeJS.ProcessEnv = process.env): Forge {
  if (env.GITHUB_ACTIONS) return github(env);
  if (env.GITLAB_CI) return gitlab(env);
  throw new UserError(
    2,
    "--post is for a runner of GitHub Actions or GitLab CI, and the variables of neither are set (GITHUB_ACTIONS, GITLAB_CI); without it, what is told is printed",
  );
}

function github(env: NodeJS.ProcessEnv): Forge {
  const token = need(env, "GITHUB_TOKEN", "the workflow gives it to the step, from github.token");
  const at = `${need(env, "GITHUB_API_URL")}/repos/${need(env, "GITHUB_REPOSITORY")}`;
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  const ask = asker(headers);
  const mine = async (path: string, mark: string) => {
    const who = await ask("GET", `${env.GITHUB_API_URL}/user`).then(idOf, () => RUNNER);
    return (await all(ask, `${at}/${path}`)).find(isOurs(mark, who));
  };
  return {
    async comment(markdown) {
      const event = JSON.parse(readFileSync(need(env, "GITHUB_EVENT_PATH"), "utf8"));
      const number: unknown = event?.pull_request?.number;
      if (typeof number !== "number")
        throw new UserError(
          2,
          "this run is of no pull request, so there is none to comment on: review --post is for the event pull_request_target",
        );
      const before = await mine(`issues/${number}/comments`, MARK.comment);
      const body = { body: bounded(MARK.comment, markdown, MOST.github) };
      if (before) await ask("PATCH", `${at}/issues/comments/${before.id}`, body);
      else await ask("POST", `${at}/issues/${number}/comments`, body);
    },
    async issue(title, markdown) {
      const before = await mine("issues?state=open", MARK.issue);
      if (markdown === undefined) {
        if (before) await ask("PATCH", `${at}/issues/${before.number}`, { state: "closed" });
        return;
      }
      const content = { title, body: bounded(MARK.issue, markdown, MOST.github) };
      if (before) await ask("PATCH", `${at}/issues/${before.number}`, content);
      else await ask("POST", `${at}/issues`, content);
    },
  };
}

function gitlab(env: NodeJS.ProcessEnv): Forge {
  const token = need(env, "GITLAB_TOKEN", "a project access token with the scope api, as a masked variable");
  const at = `${need(env, "CI_API_V4_URL")}/projects/${need(env, "CI_PROJECT_ID")}`;
  const ask = asker({ "private-token": token });
  const mine = async (path: string, mark: string) => {
    const who = idOf(await ask("GET", `${env.CI_API_V4_URL}/user`));
    return (await all(ask, `${at}/${path}`)).find(isOurs(mark, who));
  };
  return {
    async comment(markdown) {
      const notes = `merge_requests/${need(env, "CI_MERGE_REQUEST_IID")}/notes`;
      const before = await mine(notes, MARK.comment);
      const body = { body: bounded(MARK.comment, markdown, MOST.gitlab) };
      if (before) await ask("PUT", `${at}/${notes}/${before.id}`, body);
      else await ask("POST", `${at}/${notes}`, body);
    },
    async issue(title, markdown) {
      const before = await mine("issues?state=opened", MARK.issue);
      if (markdown === undefined) {
        if (before) await ask("PUT", `${at}/issues/${before.iid}`, { state_event: "close" });
        return;
      }
      const content = { title, description: bounded(MARK.issue, markdown, MOST.gitlab) };
      if (before) await ask("PUT", `${at}/issues/${before.iid}`, content);
      else await ask("POST", `${at}/issues`, content);
    },
  };
}

/** Characters that a comment or an issue may have. */
const MOST = { github: 65_536, gitlab: 1_000_000 } as const;

/** A longer text would be refused whole; cut, it says so and where the rest is. */
function bounded(mark: string, markdown: string, most: number): string {
  const whole = `${mark}\n${markdown}`;
  const cut = "\n```\n\n**The rest does not fit here: it is in the log of the job.**";
  return whole.length <= most ? whole : `${whole.slice(0, most - cut.length)}${cut}`;
}

const Author = z.object({ id: z.number() });

/** The user that the token of GitHub's runners writes as, `github-actions[bot]`, which may not ask who it is. */
const RUNNER = 41_898_282;

function idOf(user: unknown): number {
  return Author.parse(user).id;
}

const Item = z.object({
  id: z.number(),
  user: Author.nullish(),
  author: Author.nullish(),
  number: z.number().optional(),
  iid: z.number().optional(),
  body: z.string().nullish(),
  description: z.string().nullish(),
});
type Item = z.output<typeof Item>;

/** Written by us, and begins with the mark: whoever wrote a comment can change it later, and would have one that looks like ours. */
function isOurs(mark: string, who: number): (item: Item) => boolean {
  return ({ body, description, user, author }) =>
    (user ?? author)?.id === who && (body ?? description ?? "").startsWith(mark);
}

type Ask = (method: string, url: string, body?: object) => Promise<unknown>;

function asker(headers: Readonly<Record<string, string>>): Ask {
  return async (method, url, body) => {
    const where = `${method} ${new URL(url).pathname}`;
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...headers, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      if (answer.ok) return await answer.json();
      throw new UserError(
        3,
        `the forge refused ${where}: ${answer.status} ${answer.statusText}; may the token do that?`,
      );
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(3, `the forge gave no answer to ${where}: ${(error as Error).message}`);
    }
  };
}

/** Everything of a list that comes in pages. */
async function all(ask: Ask, url: string): Promise<Item[]> {
  const size = 100;
  const items: Item[] = [];
  for (let page = 1; ; page += 1) {
    const found = z
      .array(Item)
      .parse(await ask("GET", `${url}${url.includes("?") ? "&" : "?"}per_page=${size}&page=${page}`));
    items.push(...found);
    if (found.length < size) return items;
  }
}

function need(env: NodeJS.ProcessEnv, name: string, how = "the forge's runner sets it"): string {
  const value = env[name];
  if (!value) throw new UserError(2, `the variable ${name} is not set, and --post needs it: ${how}`);
  return value;
}
