import type { Readable } from "node:stream";
import type { AuditLine } from "../gateway/audit-line.ts";
import type { Inbound } from "../gateway/gateway-policy.ts";
import type { ExpectedContainers } from "../plan/expected.ts";
import type { Machine } from "../plan/facts.ts";
import type { GitKeys } from "../plan/git-keys.ts";
import type { SandboxPlan } from "../plan/plan.ts";
import type { Problem } from "../stack-file/problem.ts";
import { type Address, findEngine, variablesOver } from "./engine/address.ts";
import type { AskedFor } from "./engine/answers.ts";
import type { Audit } from "./engine/audit-volume.ts";
import type { Check } from "./engine/check-container.ts";
import type { Engine } from "./engine/engine.ts";
import type { DistributionPackage } from "./engine/image/packages.ts";
import type { Push } from "./engine/image/push.ts";
import { imaginedEngine } from "./engine/imagined.ts";
import { surveyMachine } from "./engine/machine.ts";
import type { PrintedLine } from "./engine/printed.ts";
import { type Anew, type Placement, reconcile, type There } from "./engine/reconcile.ts";
import { type EngineImage, type EngineSurvey, removeImage, surveyEngine, surveyImages } from "./engine/survey.ts";
import type { FoundFile, LookKey } from "./engine/tell-files.ts";
import type { FoundLogin, LoginPlace } from "./engine/tell-logins.ts";
import type { Expected } from "./engine/verify.ts";
import { watchCalls } from "./engine/watched.ts";
import type { Look } from "./look.ts";
import type { Belonging } from "./ownership.ts";
import type { InIt } from "./sessions.ts";

/**
 * What sandboxes run on, as everything outside of target/ and components/ knows it. The engine that `survey` found is handed to all other calls. Placing,
 * applying a policy, delivering files and proving walls are no part of it: components and their steps do that themselves (docs/decisions.md, D-78).
 */
export interface Target {
  /** An engine that nobody asks: what a program under Pulumi's mocks is planned for. */
  imagined(asked: { gpu: boolean; runtime?: string | undefined }): Engine;
  /** Where a client's engine answers, as its stack file names it; without a name what the environment offers. Nothing is asked. @throws UserError */
  find(named?: string): Address;
  /** Has each call to an engine told from now on, without what is sent or answered. @param others a file to which programs that this one starts tell theirs */
  watch(tell: (line: string) => void, others?: string): void;
  /** The variables by which the engine's client reaches it, over a person's environment, where another engine's may be named. */
  variables(environment: NodeJS.ProcessEnv, address: Address): NodeJS.ProcessEnv;
  /**
   * Finds what an engine is and has. Every command begins with it.
   * @param look for an `up`: containers and networks that are looked at, and a container whose processes are
   * @throws UserError when there is none, it does not answer, or this user may not ask it
   */
  survey(
    address: Address,
    look?: {
      containers: readonly string[];
      /** A client whose helpers are looked at, too, by their label: which ones it has only its stack file says. */
      beside?: string;
      networks?: readonly string[];
      processes?: string;
    },
  ): Promise<EngineSurvey>;
  /** What its machine has, and which of these ports are taken at their addresses there. @throws UserError */
  machine(
    client: string,
    survey: EngineSurvey,
    inbound: readonly Inbound[],
  ): Promise<{ engine: Engine; machine: Machine }>;
  /** Compares what is there with a plan: how the plan is placed over it, problems that stop it, sentences for the preview, and which containers that run are made anew. Pure. */
  compare(
    plan: SandboxPlan,
    engine: Engine,
    there: There,
    was: boolean,
    now: string,
    files: Parameters<typeof reconcile>[5],
    last?: ExpectedContainers,
  ): { placement: Placement; problems: Problem[]; warnings: string[]; anew: Anew };
  /** The hash of the policy that a client's gateway has in force; nothing when it has none, or does not run. */
  livePolicy(engine: Engine, client: string): Promise<Look<string | undefined>>;
  /** Compares what runs for a client with what its last `up` said. Each check holds, found something, or could not look. */
  inspect(engine: Engine, client: string, expected: Expected): Promise<Check[]>;
  /** What lies in a client's volume of delivered files, without any of it. @param of a volume that is there, and a trusted image; `uid:gid` of whose they are to be */
  files(
    engine: Engine,
    of: { client: string; volume: string; image: string; owner?: string },
    key: LookKey,
  ): Promise<Look<FoundFile[]>>;
  /** What lies in the places of a client's logins, in their order, without any of it. @param of volumes that are there, and a trusted image */
  logins(
    engine: Engine,
    of: { client: string; image: string; places: readonly LoginPlace[] },
  ): Promise<Look<FoundLogin[]>>;
  /** Puts the delivered copy of a person's login in the place of the one that an agent has, in a client's agent container that runs. @returns how the program in there ended */
  reseed(engine: Engine, client: string, file: string): Promise<{ ok: true } | { ok: false; why: string }>;
  /** The public halves of a client's keys for git; nothing where there are none. @param of a trusted image */
  gitKeys(engine: Engine, of: { client: string; volume: string; image: string }): Promise<Look<GitKeys | undefined>>;
  /** Any container, also one of nobody's, with the variables that its image has set; nothing where there is none of this name. */
  container(engine: Engine, name: string): Promise<Look<{ found: AskedFor; ofImage: string[] } | undefined>>;
  /** What a client's gateway wrote down. */
  logs: {
    /** @throws UserError when it cannot be read */
    read(engine: Engine, client: string): Promise<Audit>;
    /** Hands over the lines that come after those that were read, until the gateway is gone. @throws UserError when it cannot be followed */
    follow(engine: Engine, client: string, kept: readonly AuditLine[], take: (line: AuditLine) => void): Promise<void>;
  };
  /** Hands over what a container has printed, a line at a time and raw, as it comes; those of its two streams are not in order. @returns why that could not be seen */
  printed(
    engine: Engine,
    container: string,
    options: { follow: boolean; since?: string },
    take: (line: PrintedLine) => void,
  ): Promise<Look<undefined>>;
  /** Between this machine and a client's agent container that runs. Nothing that an agent sends is judged here. @returns how the program in the container ended */
  copy: {
    /** Hands over an archive of what lies in a folder by a name; `absent` where the agent sees nothing there. @throws what `take` throws */
    out(
      engine: Engine,
      client: string,
      place: { folder: string; base: string },
      take: (archive: AsyncIterable<Buffer>) => Promise<void>,
    ): Promise<{ ok: true } | { ok: false; why: string; absent?: true }>;
    /** Puts what an archive has by the name `base` at a path that is absolute, where nothing is yet, or into a directory that is there. */
    in(
      engine: Engine,
      client: string,
      archive: Readable,
      base: string,
      path: string,
    ): Promise<{ ok: true } | { ok: false; why: string }>;
  };
  /** Pages that the agent of a client that runs asks a person to open, and the way back for a login's answer. All that is said in there is the agent's word. */
  auth: {
    /** Hands over what is asked for, raw and one at a time, until `end`. @returns why it could not go on */
    asked(
      engine: Engine,
      client: string,
      take: (text: string) => Promise<void>,
      end: AbortSignal,
    ): Promise<Look<undefined>>;
    /** Hands a request of HTTP to a port of the sandbox's loopback. @returns the first line of the answer, raw */
    handIn(engine: Engine, client: string, port: number, request: string): Promise<Look<string>>;
  };
  /** Stops a client's containers, and starts them again. What `up` makes is made by nothing here. */
  runState: {
    /** @param told is handed the name of each container that was stopped @returns what the engine said against it */
    stop(
      engine: Engine,
      client: string,
      listed: EngineSurvey["listed"],
      told: (name: string) => void,
    ): Promise<string[]>;
    /** The agent last, once the gateway has its policy in force. @returns why not all of it runs; the agent then does not */
    start(
      engine: Engine,
      client: string,
      listed: EngineSurvey["listed"],
      told: (name: string) => void,
    ): Promise<string[]>;
    /** Who is in a client's agent container that runs, as an end of a sentence; nothing where nobody is. Judged from outside: nothing of the agent's is run or believed. */
    use(engine: Engine, client: string): Promise<Look<string | undefined>>;
    /** Who is in a client's sandbox, and what goes on in it without anybody: what ends with its agent's container, or with its gateway's. Nothing of the agent's is run. */
    sessions(engine: Engine, client: string, ends: "agent" | "gateway"): Promise<InIt>;
    /** When all ends by the policy that a client's gateway has in force, as a grant's `until`; nothing where that says no end. */
    expires(engine: Engine, client: string): Promise<Look<string | undefined>>;
  };
  /** This product's images. */
  images: {
    /** Lists them, and which containers were made of which. @throws UserError */
    list(
      address: Address,
    ): Promise<{ images: EngineImage[]; containers: { name: string; image: string; client?: string }[] }>;
    /** Takes a tag away, never by force. @returns why it stays; nothing where it is gone @throws UserError when the engine gave no answer */
    remove(address: Address, tag: string): Promise<string | undefined>;
    /** Pushes one to a registry, by a name there with its tag. */
    push(engine: Engine, tag: string, to: string): Promise<Push>;
    /** The distribution's packages in one, as its own dpkg tells them. */
    packages(engine: Engine, tag: string): Promise<Look<DistributionPackage[]>>;
  };
  /** Removes things, those that use others first. @returns the engine's objections */
  remove(engine: Engine, things: readonly Belonging[]): Promise<string[]>;
  /** Removes a client's rules from the packet filter of the engine's machine. @returns why they may still be there, or nothing */
  unlock(engine: Engine, client: string): Promise<string | undefined>;
}

/** Docker and Podman. What an `up` without changes does not call is loaded when it is called. */
export const target: Target = {
  find: findEngine,
  watch: watchCalls,
  variables: variablesOver,
  survey: surveyEngine,
  imagined: imaginedEngine,
  machine: surveyMachine,
  compare: reconcile,
  livePolicy: async (...of) => (await import("./engine/live-policy.ts")).livePolicy(...of),
  inspect: async (...of) => (await import("./engine/verify.ts")).verify(...of),
  container: async (...of) => (await import("./engine/inspect.ts")).describeContainer(...of),
  files: async (...of) => (await import("./engine/tell-files.ts")).tellFiles(...of),
  logins: async (...of) => (await import("./engine/tell-logins.ts")).tellLogins(...of),
  reseed: async (...of) => (await import("./engine/reseed.ts")).reseed(...of),
  gitKeys: async (...of) => (await import("./engine/git-keys.ts")).tellGitKeys(...of),
  logs: {
    read: async (...of) => (await import("./engine/audit-volume.ts")).readAudit(...of),
    follow: async (...of) => (await import("./engine/follow-audit.ts")).followAudit(...of),
  },
  printed: async (...of) => (await import("./engine/printed.ts")).printed(...of),
  copy: {
    out: async (...of) => (await import("./engine/copy.ts")).copyOut(...of),
    in: async (...of) => (await import("./engine/copy.ts")).copyIn(...of),
  },
  auth: {
    asked: async (...of) => (await import("./engine/asked-urls.ts")).askedUrls(...of),
    handIn: async (...of) => (await import("./engine/hand-in.ts")).handIn(...of),
  },
  runState: {
    stop: async (engine, client, listed, told) => {
      const { crewOf, stopCrew } = await import("./engine/run-state.ts");
      return stopCrew(engine, crewOf(client, listed), told);
    },
    start: async (engine, client, listed, told) => {
      const { crewOf, startCrew } = await import("./engine/run-state.ts");
      return startCrew(engine, client, crewOf(client, listed), told);
    },
    use: async (...of) => (await import("./engine/in-use.ts")).useOf(...of),
    sessions: async (...of) => (await import("./engine/sessions.ts")).sessionsOf(...of),
    expires: async (...of) => (await import("./engine/live-policy.ts")).liveEnd(...of),
  },
  images: {
    list: surveyImages,
    remove: removeImage,
    push: async (...of) => (await import("./engine/image/push.ts")).pushImage(...of),
    packages: async (...of) => (await import("./engine/image/packages.ts")).imagePackages(...of),
  },
  remove: async (...of) => (await import("./engine/wipe.ts")).removeAll(...of),
  unlock: async (...of) => (await import("./engine/unlock.ts")).unlock(...of),
};
