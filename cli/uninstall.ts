import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import { INSTALLED } from "../setup/places.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { confirmed } from "./belongings.ts";
import { type Command, ROOT } from "./command.ts";
import { lookForAll } from "./uninstall/look.ts";
import { planUninstall, type Uninstall } from "./uninstall/plan.ts";
import { removePath } from "./uninstall/remove.ts";

export const command: Command = {
  usage: "uninstall [--state] [--without-engine] [--dry-run] [--yes]",
  help: `Says what of this product is on this machine and on the engines of its clients, and removes after one yes what can be made again: images, what set-up got and built, npm
packages, completions, the page for man. Stack files, policies and workspaces are yours and stay, and so do lines in your shell's settings, which are told.
While a client stands, with containers or with volumes alone, nothing is removed: each is named with the command that destroys it.

  --state            the state of this folder as well, with its passphrase, and keys of all checkouts of this user: what is encrypted in stack files cannot be read again without
                     them. Refused while it records a client where nobody could look
  --without-engine   goes on where an engine gives no answer; what that one has stays there
  --dry-run          only says what would go
  --yes              does not ask

Exit codes: 0 all of it is gone, 1 something is left, 2 a client stands, or an engine gives no answer.

  agentbox uninstall --dry-run
  agentbox uninstall`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        state: { type: "boolean", default: false },
        "without-engine": { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
      },
    });
    const options = { state: values.state, withoutEngine: values["without-engine"] };
    const found = await lookForAll(ROOT);
    const plan = planUninstall(found, options);
    mustNotBeRefused(plan);
    say("Goes:");
    for (const { tag, host } of plan.images) say(`  ${tag} on ${host}`);
    for (const { path, what, only = [] } of plan.paths)
      say(`  ${path}: ${what}${only.length > 0 ? ` (${only.join(", ")})` : ""}`);
    say("Stays:");
    for (const what of plan.stays) say(`  ${what}`);
    if (values["dry-run"]) return 0;
    if (!(await confirmed("Remove what goes?", values.yes))) {
      say("nothing was changed");
      return 1;
    }
    // An `up` may have begun while the question stood.
    mustNotBeRefused(planUninstall(await lookForAll(ROOT), options));
    const left: string[] = [];
    for (const { tag, host } of plan.images) {
      const engine = found.surveys.find((survey) => survey.engine.host === host)?.engine;
      const why = engine && (await removeImage(engine, tag));
      if (why) left.push(`${tag}: ${why}`);
    }
    for (const { path, only } of plan.paths) {
      const why = await removePath(path, only);
      if (why) left.push(`${path}: ${why}`);
    }
    for (const what of left) say(`LEFT  ${what}`);
    say(
      left.length > 0
        ? `${left.length} of these are left; run it again, or remove them by hand`
        : `all of it is gone; ${INSTALLED ? "the package itself goes with: npm uninstall agent-sandbox" : `this folder itself goes with: rm -r ${ROOT}`}`,
    );
    return left.length > 0 ? 1 : 0;
  },
};

/** @throws UserError */
function mustNotBeRefused({ refused }: Uninstall): void {
  if (refused.length > 0) throw new UserError(2, ["nothing was removed:", ...refused.map((why) => `  ${why}`)]);
}

/** What an engine says of one image stops neither the next nor what is on this machine. @returns why it stays */
async function removeImage(engine: Engine, tag: string): Promise<string | undefined> {
  try {
    return await target.images.remove(engine, tag);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}
