import type { AuditLine } from "../../../gateway/audit-line.ts";
import { type Client, eventually } from "../harness.ts";
import type { Land } from "./attacker.ts";
import type { Outcome } from "./attempts.ts";
import type { Attacker, Technique, TechniqueClass } from "./technique.ts";

/** What is judged: what came of a technique that somebody tried in the agent of a client. */
export interface Tried {
  who: Attacker;
  kind: TechniqueClass;
  technique: Technique;
  outcome: Outcome;
  /** The client's audit after all techniques. */
  told: readonly AuditLine[];
  land: Land;
  client: Client;
}

/** Expects that a technique came to what its header says: nothing arrived, and the audit tells of it where it has to. */
export async function judge({ who, kind, technique, outcome, told, land, client }: Tried): Promise<void> {
  const { id, code, expected } = technique;
  expect({ id, error: outcome.error ?? "" }).not.toMatchObject({ error: expect.stringContaining("Lab") });
  if (kind.judged !== "network") {
    expect({ id, got: outcome.got }).toEqual({ id, got: null });
    return;
  }
  if (
    expected === "open" ||
    (typeof expected === "object" && "openFor" in expected && expected.openFor.includes(who))
  ) {
    expect(outcome).not.toMatchObject({ arrived: [] });
    return;
  }
  expect({ id, arrived: outcome.arrived, got: outcome.got }).toMatchObject({ arrived: [] });
  if (expected === "shut" || "openFor" in expected) return;
  const mine = ({ name }: AuditLine) =>
    name === "" ||
    name.includes(outcome.token) ||
    code.includes(name) ||
    Object.entries(land).some(([key, value]) => value === name && code.includes(key));
  const { kind: of, reason } = expected.refused;
  const refusal = (line: AuditLine) =>
    line.kind === of &&
    line.verdict === "deny" &&
    (line.reason === "left-out" || (line.reason === reason && mine(line)));
  // A connection's line is written when it ends, and a flood of refusals is summed up in one.
  if (!told.some(refusal))
    await eventually(
      () => client.audit(),
      (lines) => lines.some(refusal),
    );
}
