import { join } from "node:path";
import { PolicyPack, type StackValidationArgs } from "@pulumi/policy";
import { standingOf } from "../../host/standing.ts";
import { readDeployed } from "../../plan/deployed.ts";
import type { Standing } from "../../plan/rules/organisation.ts";
import { INSTALLED } from "../../setup/places.ts";
import { describeWarning } from "../../stack-file/problem.ts";
import { UserError } from "../../stack-file/user-error.ts";

/** The project whose files are judged by: the one that this folder is in, which need not be the one whose program runs. */
const HERE = join(import.meta.dirname, "../..");
const ROOT = INSTALLED ? HERE.replace(/\/node_modules\/.*/, "") : HERE;

new PolicyPack("agent-sandbox-guardrails", {
  policies: [
    {
      name: "mandatory",
      description: "What mandatory guardrails and the ceiling of the organisation refuse.",
      enforcementLevel: "mandatory",
      validateStack: async (stack, report) => {
        for (const problem of (await standing(stack)).problems) report(describeWarning(problem));
      },
    },
    {
      name: "advisory",
      description: "What advisory guardrails of the organisation find.",
      enforcementLevel: "advisory",
      validateStack: async (stack, report) => {
        for (const warning of (await standing(stack)).warnings) report(describeWarning(warning));
      },
    },
  ],
});

/** How the client stands by what its program says that it was given. What says nothing, or cannot be read, is refused: nobody knows that it is within. */
async function standing({ resources }: StackValidationArgs): Promise<Standing> {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const client = stack?.urn.split("::")[0]?.replace(/^urn:pulumi:/, "") ?? "";
  const deployed = readDeployed(stack?.props ?? {});
  const unseen = (why: string): Standing => ({
    problems: [{ path: "", message: `could not look: ${why}` }],
    warnings: [],
  });
  if (!deployed) return unseen("the stack says nothing of what it declares");
  if ("unread" in deployed) return unseen(deployed.unread);
  if (!deployed.config) return unseen("another version of the program made this stack");
  try {
    return await standingOf(ROOT, client, deployed.config);
  } catch (error) {
    if (error instanceof UserError) return unseen(error.lines.join(" "));
    throw error;
  }
}
