import { sayLines } from "../host/say.ts";
import { configOf } from "../stack-file/config.ts";
import { withoutEncrypted } from "../stack-file/encrypted.ts";
import { readOwnStackFile } from "../stack-file/look/stack-files.ts";
import { describeProblems, type Problem } from "../stack-file/problem.ts";
import { judgeStackFile } from "../stack-file/shape.ts";

/**
 * Says of a client's stack file that Pulumi stops at before it starts the program which one it is and what is wrong with it. Arguments: the project's
 * folder, and the client. Exit code 1 when it says nothing.
 */
try {
  const [root, client] = process.argv.slice(2) as [string, string];
  const content = readOwnStackFile(root, client)?.content;
  const problems = [
    ...judgeStackFile(content, []).filter(({ path }) => path === "config"),
    ...withoutEncrypted(configOf(content)).encrypted.flatMap(unfit),
  ];
  if (problems.length > 0) sayLines(describeProblems(problems, `stacks/Pulumi.${client}.yaml`));
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
