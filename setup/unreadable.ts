import { sayLines } from "../host/say.ts";
import { configOf } from "../stack-file/config.ts";
import { withoutEncrypted } from "../stack-file/encrypted.ts";
import { ESC } from "../stack-file/esc.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import { readOwnStackFile } from "../stack-file/look/stack-files.ts";
import { describeProblems, type Problem } from "../stack-file/problem.ts";
import { judgeStackFile } from "../stack-file/shape.ts";
import { parseSpec } from "../stack-file/spec.ts";

/** Why Pulumi opens no ESC environment where it keeps stacks in files. */
const NOT_OPENED: Problem = {
  path: ESC,
  message:
    "names what Pulumi Cloud keeps (`environment:` beside config), and stacks here are kept in files; log in there (bin/pulumi login), or take the line out and write these secrets as agent-sandbox:secrets",
};

/**
 * Says of a client's stack file that Pulumi stops at before it starts the program which one it is and what is wrong with it. Arguments: the project's
 * folder, the client, and `files` where stacks are kept in files. Exit code 1 when it says nothing.
 */
try {
  const [root, client, kept] = process.argv.slice(2) as [string, string, string?];
  const content = readOwnStackFile(root, client)?.content;
  const { config, encrypted } = withoutEncrypted(configOf(content));
  const { problems: wrong } = parseSpec(config);
  const problems = [
    ...judgeStackFile(content, []).filter(({ path }) => path === "config"),
    ...encrypted.flatMap(unfit),
    ...wrong.filter(({ path }) => isAtOrBelow(path, ESC)),
    ...(config[ESC] !== undefined && kept === "files" ? [NOT_OPENED] : []),
  ];
  // The rest with it: the program, which would tell it, does not start.
  const all = new Set([...problems, ...wrong]);
  if (problems.length > 0) sayLines(describeProblems([...all], `stacks/Pulumi.${client}.yaml`));
  else process.exitCode = 1;
} catch (error) {
  sayLines((error as Error).message);
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
