import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Posture } from "../model/posture.ts";
import { oneLine } from "../model/printable.ts";
import type { Proof } from "../model/proof/proof.ts";

/** What the last `up` of a client came to, as its stack keeps it. */
export interface StackOutputs {
  posture: Posture;
  policyHash: string;
  proof: Proof;
}

/** The stack does not say it; the message tells why. */
export class StackError extends Error {}

/** @throws StackError when there is no such stack, or it has not been brought up */
export function readOutputs(root: string, client: string): Promise<StackOutputs> {
  const args = ["stack", "output", "--json", "--stack", client, "--non-interactive"];
  return new Promise((resolve, reject) =>
    execFile(join(root, "bin/pulumi"), args, { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error)
        return reject(new StackError(`what ${client} should be is not known: ${oneLine(stderr || error.message)}`));
      const { posture, policyHash, proof } = JSON.parse(stdout) as Record<string, unknown>;
      const planned = typeof proof === "string" ? (JSON.parse(proof) as Proof) : undefined;
      if (posture && typeof policyHash === "string" && planned?.datagrams)
        return resolve({ posture: posture as Posture, policyHash, proof: planned });
      reject(new StackError(`the stack ${client} has no outputs of this version; run \`pulumi up --stack ${client}\``));
    }),
  );
}

/** Ids that a client's state knows, of whatever kind; none when there is no such stack or it cannot be read. */
export function readStateIds(root: string, client: string): Promise<Set<string>> {
  const args = ["stack", "export", "--stack", client, "--non-interactive"];
  return new Promise((resolve) =>
    execFile(join(root, "bin/pulumi"), args, { cwd: root, maxBuffer: 2 ** 28 }, (error, stdout) => {
      const resources: { id?: string }[] = error ? [] : (JSON.parse(stdout).deployment?.resources ?? []);
      resolve(new Set(resources.flatMap(({ id }) => id ?? [])));
    }),
  );
}
