import { parseArgs } from "node:util";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { nightly } from "./ci/nightly.ts";
import { plan } from "./ci/plan.ts";
import { review } from "./ci/review.ts";
import { up } from "./ci/up.ts";
import type { Command } from "./command.ts";

const DOES = { review, plan, up, nightly } as const;

export const command: Command = {
  usage: "ci review BASE HEAD | plan [HEAD] | up [HEAD] | nightly [--post] [--out FILE]",
  help: `What a forge's runner does for this project (docs/gitops/README.md). Everything it prints is Markdown fit for a pull request.

  review    judges HEAD's files and tells what they change for each client since HEAD left BASE: \`agentbox check\` and \`agentbox review\`. It runs this checkout's
            program and takes of HEAD files alone, so that a pull request has no say in its own review. No engine, no secret
  plan      previews each client that HEAD, the commit that is checked out, changes since its own last \`up\`, and saves the plans on this machine
  up        carries out the plans that \`plan\` saved for HEAD, one after the other, and nothing else. The first that fails is the last
  nightly   asks drift and verify about each client that this project has on the engine

  --post    review: writes a comment of the pull request, or changes the one it wrote before; nightly: opens an issue while there is something, or changes the open
            one. By the variables that GitHub Actions and GitLab CI set; the token is in GITHUB_TOKEN or GITLAB_TOKEN
  --out     adds what it tells to a file, besides printing it

Exit codes: 0 nothing to complain of, 1 something, or a client that could not be brought up, 2 bad usage, or plans that are not HEAD's.

  agentbox ci review origin/main HEAD`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { post: { type: "boolean", default: false }, out: { type: "string" } },
    });
    const [word = "", ...revisions] = positionals;
    const does = Object.hasOwn(DOES, word) ? DOES[word as keyof typeof DOES] : undefined;
    if (!does)
      throw new UserError(
        2,
        word
          ? `"${word}" is nothing that a runner does.${suggest(word, Object.keys(DOES))} agentbox ${command.usage}`
          : `what is the runner to do? agentbox ${command.usage}`,
      );
    if (values.post && does !== review && does !== nightly)
      throw new UserError(2, `${word} posts nothing: --post is for review and nightly`);
    const [least, most] = word === "review" ? [2, 2] : word === "nightly" ? [0, 0] : [0, 1];
    if (revisions.length < least || revisions.length > most || revisions.includes(""))
      throw new UserError(2, `${word} takes other words: agentbox ${command.usage}`);
    return does({ revisions, post: values.post, ...(values.out && { out: values.out }) });
  },
};
