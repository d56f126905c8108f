import { sayLines } from "../host/say.ts";
import { configOf } from "../stack-file/config.ts";
import { withoutEncrypted } from "../stack-file/encrypted.ts";
import { ESC } from "../stack-file/esc.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import { readOwnStackFile } from "../stack-file/look/stack-files.ts";
import { isMapping } from "../stack-file/mapping.ts";
import { describeProblems, type Problem } from "../stack-file/problem.ts";
import { judgeStackFile } from "../stack-file/shape.ts";
import { parseSpec } from "../stack-file/spec.ts";

/** Why Pulumi opens no ESC environment where it keeps stacks in files. */
const NOT_OPENED: Problem = {
  path: "environment",
  message:
    "names what Pulumi Cloud keeps (ESC environments), and stacks here are kept in files; log in there (bin/pulumi login), or take the line out and write these secrets as agent-sandbox:secrets",
};

/**
 * Says of a client's stack file that Pulumi stops at before it starts the program which one it is and what is wrong with it. Arguments: the project's
 * folder, the client, and whose the stacks are that were to be opened: `files`, empty where another backend has them, `none` where a stack was only to be made, which decrypts nothing and opens no
 * environment. Exit code 1 when it says nothing.
 */
try {
  const [root, client, kept] = process.argv.slice(2) as [string, string, string?];
  const content = readOwnStackFile(root, client)?.content;
  const { config, encrypted } = withoutEncrypted(configOf(content));
  const { problems } = parseSpec(config);
  const inFiles = kept === "files" ? [...encrypted.flatMap(unfit), ...(opens(content) ? [NOT_OPENED] : [])] : [];
  const unnamed = kept !== "none" && opens(content) ? problems.filter(({ path }) => isAtOrBelow(path, ESC)) : [];
  const stops = [...inFiles, ...unnamed];
  // Where the program does not start all else is told with it.
  const all = judgeStackFile(content, stops.length > 0 ? [...problems, ...inFiles] : []);
  if (stops.length > 0 || all.some(({ path }) => path === "config" || (path === "" && content !== null)))
    sayLines(describeProblems(all, `stacks/Pulumi.${client}.yaml`));
  else process.exitCode = 1;
} catch (error) {
  sayLines((error as Error).message);
}

/** Whether Pulumi is to open ESC environments for a file. */
function opens(content: unknown): boolean {
  const named = isMapping(content) ? content.environment : undefined;
  return named !== undefined && named !== null && !(Array.isArray(named) && named.length === 0);
}

/** What stands under `secure:` and is no text that Pulumi encrypts with a passphrase (`v1:NONCE:TEXT`, both in base64): of that it says `bad value`, and not which. */
function unfit({ path, cipher }: { path: string; cipher: string }): Problem[] {
  if (/^v1:[A-Za-z0-9+/]+=*:[A-Za-z0-9+/]+=*$/.test(cipher)) return [];
  return [
    {
      path,
      message: `has under secure: what Pulumi has not encrypted; write it with pulumi config set --secret --path 'agent-sandbox:${path}'`,
    },
  ];
}
