import { sayLines } from "../host/say.ts";
import { describeProblems } from "../stack-file/problem.ts";
import { readOwnStackFile } from "../stack-file/read.ts";
import { judgeStackFile } from "../stack-file/shape.ts";

/**
 * Says of a client's stack file that Pulumi stops at before it starts the program which one it is and what is wrong with it. Arguments: the project's
 * folder, and the client. Exit code 1 when it says nothing.
 */
try {
  const [root, client] = process.argv.slice(2) as [string, string];
  const problems = judgeStackFile(readOwnStackFile(root, client)?.content, []).filter(({ path }) => path === "config");
  if (problems.length > 0) sayLines(describeProblems(problems, `stacks/Pulumi.${client}.yaml`));
  else process.exitCode = 1;
} catch (error) {
  sayLines((error as Error).message);
}
