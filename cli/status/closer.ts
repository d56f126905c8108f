import type { Deployed } from "../../plan/deployed.ts";
import { names } from "../../plan/names.ts";
import { isWider } from "../../plan/review/compare.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import type { Inspected } from "../../target/engine/answers.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import type { Look } from "../../target/look.ts";
import type { InIt } from "../../target/sessions.ts";
import { target } from "../../target/target.ts";
import { driftOf } from "../drift.ts";
import { asOfNow } from "../expired.ts";
import { broughtUp } from "../pulumi/history.ts";
import { readOutputs } from "../pulumi/outputs.ts";
import { StackError } from "../pulumi/run.ts";

/** What a closer look at a client that is up found: of its gateway, who is in it, the policy that is in force, and how all of it differs from the last `up`. */
export interface Closer {
  about: "gateway" | "sessions" | "policy" | "drift";
  word: "ok" | "DIFFERS" | "UNSEEN";
  says: string;
}

/** Asks the engine, the gateway, the kernel's tables and the stack. What cannot be seen is told as that. */
export async function lookCloser(root: string, survey: EngineSurvey, client: string): Promise<Closer[]> {
  const { engine, containers } = survey;
  const [inIt, live, last, outputs] = await Promise.all([
    target.runState.sessions(engine, client, "agent"),
    target.livePolicy(engine, client),
    broughtUp(root, client),
    readOutputs(root, client).then(
      (seen) => ({ seen: asOfNow(seen) }),
      (error: unknown) => {
        if (error instanceof StackError) return { unseen: error.message };
        throw error;
      },
    ),
  ]);
  const checks = "seen" in outputs ? await target.inspect(engine, client, outputs.seen) : undefined;
  return [
    judgeGateway(containers[names(client).gateway]),
    judgeSessions(inIt),
    judgePolicy(live, outputs, last),
    checks ? judgeDrift(driftOf(checks), client) : unseen("drift", outputs as { unseen: string }),
  ];
}

function unseen(about: Closer["about"], look: { unseen: string }): Closer {
  return { about, word: "UNSEEN", says: look.unseen };
}

/** Who is in it; where nobody could look everywhere, those who were seen all the same. */
export function judgeSessions({ sessions, unseen: dark }: InIt): Closer {
  if (dark.length > 0) return unseen("sessions", { unseen: [...sessions, ...dark].join("; ") });
  return { about: "sessions", word: "ok", says: sessions.join(", ") || "nobody is in it" };
}

/** What the engine says of its health. One that has just been started is tried yet. */
export function judgeGateway(gateway: Pick<Inspected, "State"> | undefined): Closer {
  const { Status: status, Health: health } = gateway?.State ?? {};
  const says =
    status === undefined
      ? "is not there"
      : status !== "running"
        ? `is ${JSON.stringify(status)}`
        : (health?.Status ?? "runs, and nobody tries its health");
  return { about: "gateway", word: ["healthy", "starting"].includes(says) ? "ok" : "DIFFERS", says };
}

/** @param live the hash that the gateway says @param last when the last `up` that went well ended */
export function judgePolicy(
  live: Look<string | undefined>,
  outputs: Look<Pick<Deployed, "policyHash">>,
  last: Look<string | undefined>,
): Closer {
  if ("unseen" in live) return unseen("policy", live);
  if ("unseen" in outputs) return unseen("policy", outputs);
  const of = "seen" in last && last.seen !== undefined ? `, of the up of ${describeMoment(last.seen)}` : "";
  if (live.seen === outputs.seen.policyHash) return { about: "policy", word: "ok", says: `in force${of}` };
  const says = live.seen === undefined ? "none is in force" : `another than that of the last up is in force${of}`;
  return { about: "policy", word: "DIFFERS", says };
}

export function judgeDrift({ differences, unseen: dark }: ReturnType<typeof driftOf>, client: string): Closer {
  const wider = differences.filter((one) => isWider(one)).length;
  if (differences.length > 0)
    return {
      ...{ about: "drift", word: "DIFFERS" },
      says: `${differences.length} ${differences.length === 1 ? "difference" : "differences"}, ${wider} wider: agentbox drift ${client}`,
    };
  const [first] = dark;
  if (first) return unseen("drift", { unseen: `${first.what}: ${first.why}` });
  return { about: "drift", word: "ok", says: "as the last up left it" };
}
