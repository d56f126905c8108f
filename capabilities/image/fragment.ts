import { soundsSecret } from "../secret-name.ts";

/** A client's part of a Dockerfile, as far as it may go. */
export interface Fragment {
  /** Each on one line, in order: what was judged is what is built. */
  instructions: string[];
  /** The files and folders that COPY names, relative to the fragment's folder, sorted. Nothing else of it is read. */
  sources: string[];
}

const ALLOWED = ["ARG", "COPY", "ENV", "RUN", "USER"];

/** Whose image a fragment is for: keys of the stack file that do for the one what an instruction would do are none of the other's. */
export type FragmentOf = "agent" | "helper";

const ADD = "COPY, or curl in a RUN that checks a digest";
/** Instructions that people write, and what does it here. */
const INSTEAD: Record<FragmentOf, Record<string, string>> = {
  agent: {
    ADD,
    CMD: "none: an agent is started by `enter`",
    ENTRYPOINT: "none: the sandbox's own makes ready what a client needs",
    EXPOSE: "the key `ports`",
    FROM: "none: it goes on top of the client's image; another image is `image: {ref: name@sha256:…}`",
    HEALTHCHECK: "none: an agent container is up as long as its first process is",
    VOLUME: "none: state has volumes of its own",
    WORKDIR: "cd in a RUN: a person starts in /workspace",
  },
  helper: {
    ADD,
    CMD: "the helper's key `command`",
    ENTRYPOINT: "the helper's key `command`",
    EXPOSE: "the helper's key `ports`",
    FROM: "none: it goes on top of the project's image; another image is `image: name@sha256:…`",
    HEALTHCHECK: "the helper's key `ready`",
    VOLUME: "the helper's key `volume`",
    WORKDIR: "cd in its command",
  },
};

/** What a fragment may be USER for, and who its container runs as. */
const RUNS_AS: Record<FragmentOf, string> = {
  agent: "The sandbox runs as dev",
  helper: "The helper runs as its key `user`, or as the workspace's owner",
};

const SECRETS: Record<FragmentOf, string> = {
  agent: "Use the key `secrets`",
  helper: "A helper has no secrets, for an agent can have what is in it",
};

const SECRET_FILE =
  /(^|\/)(\.env(\..*)?|\.netrc|\.npmrc|\.pypirc|\.git-credentials|id_(rsa|ecdsa|ed25519)|.*\.(key|p12|pfx)|\.(aws|azure|docker|gnupg|kube|ssh))(\/|$)/;

/**
 * Reads a Dockerfile fragment, and judges every instruction. Problems carry the line they begin at.
 * What it may: ARG, COPY (of its own folder), ENV, RUN, USER root and USER dev.
 */
export function parseFragment(
  text: string,
  of: FragmentOf = "agent",
): { fragment: Fragment; problems: { line: number; message: string }[] } {
  const problems: { line: number; message: string }[] = [];
  const instructions: string[] = [];
  const sources = new Set<string>();
  for (const { line, words, unfinished } of statements(text)) {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(words) ?? [];
    const keyword = name.toUpperCase();
    const say = (message: string) => problems.push({ line, message });
    if (unfinished) say("ends with \\; the instruction is not finished");
    if (words.includes("<<"))
      say("holds <<: builders before 2021 know no heredocs; write the lines with printf, or COPY a file");
    if (!ALLOWED.includes(keyword)) {
      const instead = INSTEAD[of][keyword] ? `; instead: ${INSTEAD[of][keyword]}` : "";
      say(`${keyword} is not allowed in a fragment${instead}. Allowed: ${ALLOWED.join(", ")}`);
    } else if (rest === "") say(`${keyword} says nothing`);
    else if (keyword === "COPY") for (const source of copied(rest, of, say)) sources.add(source);
    else if (keyword === "RUN") judgeRun(rest, say);
    else if (keyword === "USER") judgeUser(rest, of, say);
    else judgeVariables(rest, of, say);
    instructions.push(`${keyword} ${rest}`);
  }
  return { fragment: { instructions, sources: [...sources].sort() }, problems };
}

/** Instructions with their lines joined, as a builder joins them: comments and empty lines in between do not count. */
function statements(text: string): { line: number; words: string; unfinished: boolean }[] {
  const found: { line: number; words: string; unfinished: boolean }[] = [];
  let open: (typeof found)[number] | undefined;
  let document: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (document !== undefined) {
      if (content === document) document = undefined;
      continue;
    }
    if (content === "" || content.startsWith("#")) continue;
    const goesOn = /\\$/.test(content);
    const words = goesOn ? content.slice(0, -1) : content;
    if (open) open.words += words;
    else {
      open = { line: index + 1, words, unfinished: true };
      found.push(open);
    }
    open.unfinished = goesOn;
    if (goesOn) continue;
    // What a heredoc holds is no instruction: it is told once, where it begins.
    document = /<<-?\s*["']?(\w+)/.exec(open.words)?.[1];
    open = undefined;
  }
  return found.map((statement) => ({ ...statement, words: statement.words.trim() }));
}

/** What a COPY takes from the fragment's folder. */
function copied(rest: string, of: FragmentOf, say: (message: string) => void): string[] {
  const words = rest.split(/\s+/);
  const option = words.find((word) => word.startsWith("--") && !/^--(chmod|chown)=\S+$/.test(word));
  if (option)
    say(`COPY ${option} is not allowed; its options are --chmod and --chown, its sources files beside the fragment`);
  const paths = words.filter((word) => !word.startsWith("--"));
  if (rest.includes("[") || paths.length < 2) say("COPY is written as: COPY SOURCE… TARGET");
  const sources = paths.slice(0, -1).map((path) => path.replace(/^\.\//, "").replace(/\/+$/, ""));
  for (const source of sources) {
    if (
      !/^[A-Za-z0-9@+._/-]+$/.test(source) ||
      source === "." ||
      source.startsWith("/") ||
      /(^|\/)\.\.(\/|$)/.test(source)
    )
      say(`COPY takes ${JSON.stringify(source)}; name a file or folder below the fragment's own, without * and ..`);
    else if (SECRET_FILE.test(source))
      say(
        `COPY takes ${source}, which holds secrets as a rule; what is in an image is kept and shared. ${SECRETS[of]}`,
      );
  }
  return sources;
}

/**
 * What a RUN may mount: this machine's certificates, and memory. Whoever writes a builder's cache writes it for the images of all clients and for the gateway's: apt looks at the size of a kept
 * package and at nothing else (3.0.4: one with another byte was installed). The other secret of a build is what npm signs in with. Whole, for of an option that is said twice the last counts.
 */
const MOUNTS = [
  /^--mount=type=secret,id=hostca(,(required(=(true|false))?|(target|dst|destination)=[\w./-]+|(mode|uid|gid)=\d+))*$/,
  /^--mount=type=tmpfs(,((target|dst|destination)=[\w./-]+|size=\d+))+$/,
];

function judgeRun(rest: string, say: (message: string) => void): void {
  const words = rest.split(/\s+/);
  const command = words.findIndex((word) => !word.startsWith("--"));
  if (command < 0) say("RUN says nothing");
  for (const option of words.slice(0, Math.max(command, 0))) {
    if (!MOUNTS.some((mount) => mount.test(option)))
      say(
        `RUN ${option} is not allowed; its options are --mount=type=secret,id=hostca and --mount=type=tmpfs,target=/…${/type=cache/.test(option) ? ": a builder's cache is that of all clients" : ""}`,
      );
  }
}

function judgeUser(rest: string, of: FragmentOf, say: (message: string) => void): void {
  if (!["root", "dev", "0", "0:0"].includes(rest))
    say(`USER ${rest} is not allowed; write root or dev. ${RUNS_AS[of]}`);
}

function judgeVariables(rest: string, of: FragmentOf, say: (message: string) => void): void {
  // `NAME=value …`, or the old form `NAME value`.
  const names = [...rest.matchAll(/(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)=|^([A-Za-z_][A-Za-z0-9_]*)/g)].flatMap(
    ([, assigned, first]) => assigned ?? first ?? [],
  );
  for (const name of names.filter(soundsSecret))
    say(`${name} is a secret's name; what is in an image is kept and shared. ${SECRETS[of]}`);
}
