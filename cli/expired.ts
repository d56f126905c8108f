import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeEnd, hasEnded } from "../capabilities/lifetime/end.ts";
import { lifetimeKeys } from "../capabilities/lifetime/keys.ts";
import type { Deployed } from "../plan/deployed.ts";
import { readStackFile } from "../stack-file/look/stack-files.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import { UserError } from "../stack-file/user-error.ts";

/** What a client's stack file says of how long the sandbox is there for. */
export interface Lifetime {
  expires?: string | undefined;
  /** Seconds. */
  idle?: number | undefined;
}

/**
 * Reads it without the rest of the file, which may have mistakes; nothing where there is no file.
 * @throws UserError where the file says something of it that nobody can make out: then nobody knows what it is to be
 */
export function readLifetime(root: string, client: string): Lifetime {
  const file = `stacks/Pulumi.${client}.yaml`;
  if (!existsSync(join(root, file))) return {};
  const unclear = new UserError(
    2,
    `${file} cannot be made out, and has a word of expires or idle: \`agentbox check ${client}\` says what is wrong`,
  );
  let config: Record<string, unknown>;
  try {
    config = readStackFile(root, file);
  } catch {
    if (!/agent-sandbox:(expires|idle)/.test(readFileSync(join(root, file), "utf8"))) return {};
    throw unclear;
  }
  const expires = lifetimeKeys.expires.safeParse(config.expires);
  const idle = lifetimeKeys.idle.safeParse(config.idle);
  if (!expires.success || !idle.success) throw unclear;
  return { expires: expires.data, idle: idle.data };
}

/** Refuses a client whose end has come by its stack file. @throws UserError */
export function refuseExpired(root: string, client: string): void {
  const { expires } = readLifetime(root, client);
  if (expires !== undefined && hasEnded(expires, Date.now()))
    throw new UserError(2, `stacks/Pulumi.${client}.yaml: expires: ${describeEnd(expires, Date.now())}`);
}

/** The same by what the last `up` put into force, whatever the file says by now. @throws UserError */
export function refuseExpiredByLastUp(client: string, { facts }: Pick<Deployed, "facts">): void {
  const at = facts.find(({ topic }) => topic === "expires")?.says;
  // The later of two is the greater text.
  if (at === undefined || describeMoment(asMoment(Date.now())) < at) return;
  throw new UserError(
    2,
    `${client} is shut since ${at}, by \`expires\` of its last up, and stacks/Pulumi.${client}.yaml says another end by now: \`pulumi up --stack ${client}\` puts that into force`,
  );
}

/**
 * What a sandbox is to be now: from its end on nothing of it is open, so nobody looks whether something is. All that has to be shut still has.
 * @param deployed what its last `up` left
 */
export function asOfNow<Of extends Pick<Deployed, "facts" | "proof" | "helperProofs">>(deployed: Of): Of {
  const at = deployed.facts.find(({ topic }) => topic === "expires")?.says;
  if (at === undefined || describeMoment(asMoment(Date.now())) < at) return deployed;
  const shut = (proof: Deployed["proof"]) => ({
    ...proof,
    probes: proof.probes.filter((probe) => !probe.startsWith("open ")),
  });
  const { proof, helperProofs } = deployed;
  return {
    ...deployed,
    proof: shut(proof),
    ...(helperProofs && {
      helperProofs: Object.fromEntries(Object.entries(helperProofs).map(([name, of]) => [name, shut(of)])),
    }),
  };
}
