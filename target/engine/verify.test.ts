import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SAYS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { agentWith } from "../../test/inspected.ts";
import { bringBack, setAside } from "./aside.ts";
import { gatewayRuns, readAudit } from "./audit-volume.ts";
import type { Check } from "./check-container.ts";
import { narrows, widens } from "./difference.ts";
import { listenOnHost } from "./ear.ts";
import type { Engine } from "./engine.ts";
import { followLog } from "./follow-audit.ts";
import { livePolicy } from "./live-policy.ts";
import { type Expected, verify } from "./verify.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-verify-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An engine whose client answers by its words, `case "$*" in …`; it has no container of any other name. */
function engine(answers: string): Engine {
  writeFileSync(
    join(folder, "docker"),
    `#!/bin/sh\nhere=${folder}\ncase "$*" in ${answers} *) echo "Error: No such container: x" >&2; exit 1 ;; esac\n`,
    { mode: 0o755 },
  );
  return {
    ...{ kind: "docker", version: "20.10", host: "unix:///x", cli: join(folder, "docker"), platform: "linux-x64" },
    ...{ rootless: false, selinux: false, gpu: "none", runtimes: [] },
  };
}
const AWAY = `echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1 ;;`;
const { posture, found } = agentWith();
const network = { internal: true, options: {}, ipamConfigs: [] };
const outputs: Expected = {
  networks: { "acme-inner": network, "acme-outer": network },
  files: { key: "00", owner: "1000:1000", marks: {} },
  containers: { agent: posture, gateway: posture, lock: posture },
  policyHash: "a".repeat(64),
  proof: {
    ...{
      probes: ["shut tcp 1.1.1.1 443"],
      datagrams: [],
      mounts: [],
      scratch: [],
      user: "1:1",
      networks: 1,
      gpu: false,
    },
  },
};
const checks = (answers: string) => verify(engine(answers), "acme", outputs);
const of = (checks: Check[], what: string) => checks.find((check) => check.what.startsWith(what));

test("of an engine that cannot be asked nothing is found and nothing holds: each check could not look", async () => {
  const all = await checks(`*) ${AWAY}`);
  expect(all.filter(({ wrong, unseen }) => wrong.length > 0 || !unseen)).toEqual([]);
  expect(all.map(({ what }) => what.split(":")[0])).toEqual([
    ...["gateway", "agent", "lock", "containers", "network", "network", "network", "network", "volumes", "files"],
    ...["policy", "gateway", "lock", "walls", "drift in the last hour"],
  ]);
});

test("what the engine says is not there is drift", async () => {
  const all = await checks("");
  expect(of(all, "agent:")).toEqual({ what: "agent: is there", wrong: [narrows("there is no acme-agent")] });
  expect(of(all, "files")?.wrong).toEqual([narrows("there is no volume acme-secrets")]);
  expect(of(all, "policy")?.wrong).toEqual([narrows("no policy is in force")]);
  expect(of(all, "lock: the host")?.wrong).toEqual([widens("Error: No such container: x")]);
});

test.each([
  ["running", false],
  ["paused", false],
  ["restarting", false],
  ["exited", true],
  ["created", true],
  ["dead", true],
])("of a container that is %s nobody is sent to look in vain: %s", async (state, vain) => {
  const inspected = { ...found(), State: { Status: state }, Name: "/x" };
  writeFileSync(join(folder, "inspected.json"), JSON.stringify([inspected]));
  const answers = `*inspect*acme-*) cat $here/inspected.json ;; `;
  const helped = {
    ...outputs,
    helperProofs: { cache: outputs.proof },
    containers: { ...outputs.containers, helpers: { cache: posture } },
  };
  const all = await verify(engine(answers), "acme", helped);
  const why = (what: string) => all.find((check) => check.what.startsWith(what))?.unseen ?? "";
  for (const [what, container] of [
    ["walls", "acme-agent"],
    ["gateway: its rules", "acme-gateway"],
    ["helper cache: walls", names("acme").helper("cache")],
  ] as const)
    expect(why(what) === `${container} does not run`).toBe(vain);
  // Neither is a reason to find less: that it does not run is found beside it, and without one no policy is in force.
  expect(all.filter(({ what, wrong }) => /: runs$/.test(what) && wrong.length > 0)).toHaveLength(
    state === "running" ? 0 : 4,
  );
  expect(of(all, "policy")?.wrong).toEqual([narrows("no policy is in force")]);
});

test("a lock that says its rules are not in force is drift; one that could not be asked is not", async () => {
  const lock = (answer: string) => checks(`*"lock check") ${answer}`).then((all) => of(all, "lock: the host"));
  expect(await lock(`echo "the rules that shut br for the host are not in force" >&2; exit 1 ;;`)).toMatchObject({
    wrong: [widens("the rules that shut br for the host are not in force")],
  });
  expect(await lock(AWAY)).toMatchObject({ wrong: [], unseen: expect.stringContaining("Cannot connect") });
  expect(await lock("echo shut: br ;;")).toEqual({ what: expect.any(String), wrong: [] });
});

test("a watchdog that an apply keeps from its round is asked again", async () => {
  const busy = `if [ -e $here/asked ]; then echo "policy ${"a".repeat(64)} live"; else touch $here/asked; echo "${SAYS.busy}"; fi ;;`;
  expect(of(await checks(`*/watchdog) ${busy}`), "gateway: its rules")).toMatchObject({ wrong: [], mended: [] });
  expect(of(await checks("*/watchdog) echo no turn to look >&2; exit 1 ;;"), "gateway: its rules")).toMatchObject({
    unseen: "no turn to look",
  });
});

test("what the last up did not write down cannot be looked at", async () => {
  const { networks: _networks, files: _files, ...older } = outputs;
  const unseen = async (expected: Expected) =>
    (await verify(engine(""), "acme", expected)).flatMap(({ what, wrong, unseen }) =>
      /^files|is as it was made/.test(what) ? [[wrong.length, unseen]] : [],
    );
  expect(await unseen(older)).toEqual([
    [0, expect.stringContaining("of a version that did not write down how")],
    [0, expect.stringContaining("of a version that did not write down how")],
    [0, expect.stringContaining("of a version that did not write down what it delivered")],
  ]);
});

test.each([
  ["that does not start it", "exec sleep 30"],
  ["that does not end it", "echo listening; exec sleep 30"],
])("a listener on an engine %s is removed by its name, and told", async (_what, run) => {
  const one = engine(`"run "*) ${run} ;; "rm "*) echo "$*" >>$here/calls ;;`);
  const ear = await listenOnHost(one, "gateway:1", "acme-agent-hear-1", [], 120, 0.3);
  expect(await ear.end()).toMatchObject({
    ok: false,
    why: expect.stringMatching(/docker run gave no answer in 0\.3 s\. See whether/),
  });
  expect(readFileSync(join(folder, "calls"), "utf8")).toBe("rm --force acme-agent-hear-1\n");
});

test.each([
  ["its text alone", ""],
  ["after a warning", "WARNING: old client\n"],
])("a container that is as planned is found so (%s)", async (_what, before) => {
  writeFileSync(join(folder, "agent.json"), `${before}${JSON.stringify([found()])}\n`);
  const all = await checks("*container*acme-agent) cat $here/agent.json ;;");
  expect(of(all, "agent: rights")).toEqual({ what: "agent: rights", wrong: [] });
  // Asked of the engine's API, and there is none.
  expect(of(all, "agent: processes")).toMatchObject({ wrong: [], unseen: expect.stringMatching(/no engine answers/) });
});

test.each<[string, string, RegExp]>([
  ["a page", "<html>", /docker inspect says "<html>" of acme-agent, which is no answer of an engine's client\. See /],
  ["half of it", JSON.stringify([found()]).slice(0, 80), /which is no answer of an engine's client/],
  ["another thing", '[{"Id": "1"}]', /docker inspect answers in a way that this version does not know \(0\.State: /],
])("a container that is told as %s could not be looked at", async (_what, text, unseen) => {
  writeFileSync(join(folder, "agent.json"), text);
  const all = await checks("*container*acme-agent) cat $here/agent.json ;;");
  expect(of(all, "agent:")).toMatchObject({
    what: "agent: is as planned",
    wrong: [],
    unseen: expect.stringMatching(unseen),
  });
});

test("a policy that is not there is told from one that could not be seen", async () => {
  const live = (answer: string) => livePolicy(engine(`*live/hash) ${answer}`), "acme");
  expect(await live("echo abc ;;")).toEqual({ seen: "abc" });
  expect(await live("echo 'cat: /run/gateway/live/hash: No such file or directory' >&2; exit 1 ;;")).toEqual({
    seen: undefined,
  });
  expect(await live("echo 'Container 1 is not running' >&2; exit 1 ;;")).toEqual({ seen: undefined });
  expect(await live(AWAY)).toEqual({ unseen: expect.stringContaining("Cannot connect") });
});

describe("the audit", () => {
  test("of a gateway that could not be looked at is not read in another way", async () => {
    expect(await gatewayRuns(engine(`inspect*) ${AWAY}`), "acme")).toEqual({
      unseen: expect.stringContaining("Cannot connect"),
    });
    expect(await gatewayRuns(engine(""), "acme")).toEqual({ seen: false });
    await expect(readAudit(engine(`*) ${AWAY}`), "acme")).rejects.toThrow(
      /^the audit of acme cannot be read: Cannot connect/,
    );
  });

  test("says that the agent's requests could not be read; that no agent runs is no such thing", async () => {
    writeFileSync(join(folder, "gateway.json"), JSON.stringify([found()]));
    const read = (answer: string) =>
      readAudit(engine(`inspect*) cat $here/gateway.json ;; *acme-gateway*) ;; *acme-agent*) ${answer}`), "acme");
    expect(await read("exit 137 ;;")).toMatchObject({ lines: [], unseen: expect.stringContaining("status 137") });
    expect((await read("echo 'Container 1 is not running' >&2; exit 1 ;;")).unseen).toBeUndefined();
  });

  test("that is followed tells why its log broke off; that the gateway ended is no such thing", async () => {
    const follow = (answer: string) => followLog(engine(`logs*) ${answer}`), "acme", () => {});
    expect(await follow("echo 'logging driver does not support reading' >&2; exit 1 ;;")).toBe(
      "logging driver does not support reading",
    );
    expect(await follow("exit 0 ;;")).toBeUndefined();
    expect(await follow("echo 'Error: No such container: x' >&2; exit 1 ;;")).toBeUndefined();
  });
});

describe("a container that cannot be set aside", () => {
  const calls = () => readFileSync(join(folder, "calls"), "utf8");
  const set = (answers: string) =>
    setAside(
      engine(`*) echo "$*" >>$here/calls;; esac; case "$*" in inspect*) echo true ;; ${answers}`),
      "acme-agent",
      { mounts: [], stopGrace: 1 },
      false,
    );

  test("runs again when it was stopped and has kept its name", async () => {
    const rename = 'rename*) echo "Error: name is in use" >&2; exit 1 ;; "rm "*|"stop "*)  ;;';
    await expect(set(`${rename} "start acme-agent") ;;`)).rejects.toThrow(
      /^rename acme-agent \S+: Error: name is in use\. acme-agent runs as before$/,
    );
    expect(calls()).toMatch(/stop .*\nrename .*\nstart acme-agent\n$/);
    await expect(set(`${rename} start*) echo no >&2; exit 1 ;;`)).rejects.toThrow(
      /name is in use\. acme-agent could not be started again: no$/,
    );
  });

  test("is not stopped when what was set aside before stays", async () => {
    await expect(set('"rm "*) echo "in use" >&2; exit 1 ;;')).rejects.toThrow(/ is in the way of acme-agent: in use$/);
    expect(calls()).not.toMatch(/^stop/m);
  });
});

describe("a container that cannot be looked at", () => {
  test("is not taken for gone: nothing takes its place", async () => {
    await expect(setAside(engine(`*) ${AWAY}`), "acme-agent", { mounts: [], stopGrace: 1 }, false)).rejects.toThrow(
      /^acme-agent cannot be looked at, so nothing takes its place: Cannot connect/,
    );
  });

  test("is told when it should come back", async () => {
    expect(await bringBack(engine(`*) ${AWAY}`), "acme-agent")).toMatch(
      /^whether there is a container acme-agent to bring back could not be seen: Cannot connect/,
    );
    expect(await bringBack(engine(""), "acme-agent")).toBeUndefined();
  });
});
