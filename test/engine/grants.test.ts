import { readFileSync } from "node:fs";
import { Scalar } from "yaml";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import { LIBRARY } from "./fault/lab.ts";
import { eventually, useProject } from "./harness.ts";
import { Transfer } from "./transfer.ts";

const project = useProject();
const { engine } = project;
const EGRESS = { allow: ["allowed.test"] };
const acme = project.client("acme", { egress: EGRESS });

/** A moment as stack files have it. With its seconds it has to be in quotes. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
const grant = (allow: unknown, until: string) => {
  const quoted = new Scalar(until);
  quoted.type = "QUOTE_DOUBLE";
  return { allow, until: quoted, why: "a test" };
};
const reached = async (name: string) => (await acme.curl(`https://${name}/`, "--max-time", "5")).code === 0;
const ended = async () =>
  (await acme.audit())
    .filter(({ kind }) => kind === "grant")
    .map(({ name, verdict, reason }) => `${name} ${verdict} ${reason}`);
const round = () => engine.run("exec", acme.gateway, "/usr/local/lib/gateway/watchdog");
/** The policy in force, by the gateway's own word: rules, files and daemons agree on it. */
const live = async () =>
  (await eventually(round, ({ code, stdout }) => code === 0 && /^policy [0-9a-f]{64} live\n$/.test(stdout))).stdout;
const gateway = (script: string) => engine.ask("exec", acme.gateway, "bash", "-euc", `${LIBRARY}\n${script}`);
/** The gateway's time is the clock of the day again: a note of an earlier test that is hours ahead would end what is granted next. */
const forgetTime = () => gateway('rm -f "$CLOCK" "$TOLD"');
const sleepUntil = (moment: string) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, Date.parse(moment) - Date.now())));
const isGrants = ({ name, reason }: AuditLine) => name === "also.test" && reason === "cut";

beforeAll(() => acme.mustUp());

describe("a grant", () => {
  let until: string;
  let policy: string;

  test("opens what it names, is told with its end, and replaces nothing", async () => {
    const before = await acme.running();
    expect(await reached("also.test")).toBe(false);
    until = inSeconds(60);
    acme.write({ egress: EGRESS, grants: [grant("also.test", until)] });
    const { text } = await acme.mustUp();
    expect(text).toContain(`WIDENS   egress        + also.test 80,443 until ${describeMoment(until)} (grant)`);
    expect(await reached("also.test")).toBe(true);
    expect(await acme.running()).toEqual(before);
    expect((await acme.outputs()).posture).toContain(`also.test until ${describeMoment(until)} (a test)`);
    expect((await project.agentbox("policy", acme.name)).stdout).toMatch(
      new RegExp(`^also\\.test +80,443 until ${describeMoment(until)} +grant$`, "m"),
    );
    const told = await eventually(
      () => acme.exec("jq -c .granted /run/agent-sandbox/policy.json"),
      ({ stdout }) => stdout.includes("also"),
    );
    expect(JSON.parse(told.stdout)).toEqual([{ name: "also.test", ports: [80, 443], until }]);
    policy = await live();
    expect(await ended()).toEqual([]);
  });

  test("ends by itself: what was open is cut, what else is open goes on, and one line tells of it", async () => {
    const [granted, stays] = [new Transfer(acme), new Transfer(acme)];
    await granted.start("also.test");
    await stays.start("allowed.test");
    expect(Date.now()).toBeLessThan(Date.parse(until));
    await eventually(
      () => granted.said(),
      (said) => said.includes("cut"),
    );
    // By the next round of the watchdog, which is every four seconds.
    expect(Date.now() - Date.parse(until)).toBeGreaterThanOrEqual(0);
    expect(Date.now() - Date.parse(until)).toBeLessThan(20_000);
    expect(await reached("also.test")).toBe(false);
    expect(await reached("allowed.test")).toBe(true);
    expect(await stays.end()).toBe("flows\nexact");
    await eventually(ended, (lines) => lines.length > 0);
    expect(await ended()).toEqual(["also.test allow ended"]);
    await eventually(
      () => acme.audit(),
      (lines) => lines.some(isGrants),
    );
  });

  test("that has ended leaves the same policy in force, and nothing to repair, to verify or to change", async () => {
    expect(await live()).toBe(policy);
    expect((await acme.audit()).filter(({ kind }) => kind === "drift")).toEqual([]);
    const verified = await project.agentbox("verify", acme.name);
    expect([verified.code, verified.text]).toEqual([0, expect.stringContaining("policy")]);
    expect(await acme.plannedChanges()).toEqual({});
    const { text } = await acme.mustUp();
    expect(text).toContain(`grants[0]: also.test: ended ${describeMoment(until)}, and stays shut; take the line out`);
    expect(text).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect(text).not.toMatch(/WIDENS|narrows/);
    expect((await project.agentbox("policy", acme.name)).stdout).toMatch(
      new RegExp(`^also\\.test +80,443 ended ${describeMoment(until)} +grant$`, "m"),
    );
    expect(await reached("also.test")).toBe(false);
  });

  test("that has ended is not open for a moment after a start of the gateway, nor told again", async () => {
    const tries = acme.exec(
      "for try in $(seq 120); do curl -sSf --max-time 1 https://also.test/ && echo reached; sleep 0.1; done 2>/dev/null; true",
    );
    for (let starts = 0; starts < 2; starts++) {
      await engine.ask("restart", "--time", "1", acme.gateway);
      expect(await live()).toBe(policy);
    }
    expect((await tries).stdout).toBe("");
    expect(await ended()).toEqual(["also.test allow ended"]);
  });

  test("that has ended stays shut when another line of the policy changes, and when its own line is taken out", async () => {
    acme.write({ egress: { allow: [...EGRESS.allow, "rotating.test"] }, grants: [grant("also.test", until)] });
    await acme.mustUp();
    expect(await reached("rotating.test")).toBe(true);
    expect(await reached("also.test")).toBe(false);
    acme.write({ egress: EGRESS });
    await acme.mustUp();
    expect(await reached("also.test")).toBe(false);
    expect(await live()).not.toBe(policy);
    expect(await ended()).toEqual(["also.test allow ended"]);
  });

  test("that is over when it is declared is refused in a sentence, and nothing is changed", async () => {
    const before = await live();
    acme.write({ egress: EGRESS, grants: [grant("also.test", until)] });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(
      /grants\[0\]\.until +\S+ \S+ UTC is over, by this machine's clock \(.*\); give it a later end, or take the line out/,
    );
    expect(await live()).toBe(before);
  });
});

test("a grant that ends while no gateway runs is not open for a moment when one starts, and is told then", async () => {
  const until = inSeconds(45);
  acme.write({ egress: EGRESS, grants: [grant({ host: "git.test", ports: [22] }, until)] });
  await acme.mustUp();
  const ssh = "exec 3<>/dev/tcp/git.test/22; head -n 1 <&3";
  expect((await acme.exec(`timeout 5 bash -c '${ssh}'`)).stdout).toContain("SSH");
  await engine.ask("kill", acme.gateway);
  await sleepUntil(until);
  const tries = acme.exec(`for try in $(seq 60); do timeout 1 bash -c '${ssh}'; sleep 0.1; done 2>/dev/null; true`);
  await engine.ask("start", acme.gateway);
  await live();
  expect((await tries).stdout).toBe("");
  expect((await ended()).filter((line) => line.startsWith("git"))).toEqual(["git.test 22 allow ended"]);
});

test("where one port of a name is granted and the other is open for good, the end cuts connections to the one alone", async () => {
  const [http, https] = [
    { host: "allowed.test", ports: [80] },
    { host: "allowed.test", ports: [443] },
  ];
  const until = inSeconds(45);
  acme.write({ egress: { allow: [https] }, grants: [grant(http, until)] });
  await acme.mustUp();
  const [granted, stays] = [new Transfer(acme), new Transfer(acme)];
  await granted.start("allowed.test", "http");
  await stays.start("allowed.test");
  await sleepUntil(new Date(Date.parse(until) - 3000).toISOString());
  expect([await granted.said(), await stays.said()]).toEqual(["flows", "flows"]);
  await eventually(
    () => granted.said(),
    (said) => said.includes("cut"),
  );
  expect(await stays.end()).toBe("flows\nexact");
  expect((await acme.curl("http://allowed.test/")).code).not.toBe(0);
});

// Containers have the machine's clock, which a test may not set: what the gateway noted of the time is set instead, as a clock that was set back would leave it.
describe("when the clock is set back before the end of a grant that is over", () => {
  test("the grant stays shut, over starts of the gateway as well", async () => {
    acme.write({ egress: EGRESS, grants: [grant("also.test", inSeconds(3600))] });
    await acme.mustUp();
    expect(await reached("also.test")).toBe(true);
    await gateway('echo "$(($(date +%s) + 7200)) $(uptime_now)" >"$CLOCK"');
    await eventually(
      () => reached("also.test"),
      (open) => !open,
    );
    await engine.ask("restart", "--time", "1", acme.gateway);
    await live();
    expect(await reached("also.test")).toBe(false);
    await eventually(ended, (lines) => lines.filter((line) => line.startsWith("also")).length === 2);
  });

  test("an `up` says so of each grant that it hands over in vain", async () => {
    const later = inSeconds(3000);
    acme.write({ egress: EGRESS, grants: [grant("also.test", later)] });
    const { text } = await acme.mustUp();
    expect(text).toContain(`the grant of also.test until ${later} is over: the time of this gateway was later once`);
    expect(await reached("also.test")).toBe(false);
  });

  test("a note of the time that nobody can read ends it, too", async () => {
    // Not forgetTime: both notes are there.
    await gateway('rm "$CLOCK" "$TOLD"');
    await engine.ask("restart", "--time", "1", acme.gateway);
    await live();
    expect(await reached("also.test")).toBe(true);
    await gateway('echo broken >"$CLOCK"');
    await eventually(
      () => reached("also.test"),
      (open) => !open,
    );
  });
});

test("a grant that cannot be ended ends the gateway, which starts without it", async () => {
  await forgetTime();
  acme.write({ egress: EGRESS, grants: [grant("also.test", inSeconds(3600))] });
  await acme.mustUp();
  expect(await reached("also.test")).toBe(true);
  // The agent's resolver is gone, so that none answers by what is left of the policy. In one moment for the watchdog, which ends the gateway for a resolver that is gone, too.
  await gateway(
    'rest_watchdog; echo "$(($(date +%s) + 7200)) $(uptime_now)" >"$CLOCK"; s6-svc -wD -d "$SERVICES/dns"; wake_watchdog',
  );
  await eventually(
    () => acme.audit(),
    (lines) => lines.some(({ name, reason }) => name === "a grant that cannot be ended" && reason === "gateway-ended"),
  );
  await live();
  expect(await reached("also.test")).toBe(false);
  expect(await reached("allowed.test")).toBe(true);
});

describe("agentbox grant", () => {
  test("writes a line into the stack file, and brings the client up", async () => {
    await forgetTime();
    acme.write({ egress: EGRESS });
    await acme.mustUp();
    const before = readFileSync(acme.path, "utf8");
    const args = ["grant", acme.name, "also.test", "--for", "2h", "--why", "a test"];
    const nobody = await project.agentbox(...args);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("say --yes")]);
    expect(readFileSync(acme.path, "utf8")).toBe(before);
    const { code, text } = await project.agentbox(...args, "--yes");
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^\S+ may reach, until 2\d{3}-\d\d-\d\d \d\d:\d\d UTC: also\.test 80,443$/m),
    ]);
    expect(text).toMatch(/WIDENS +egress +\+ also\.test 80,443 until /);
    expect(await reached("also.test")).toBe(true);
    const [line] = readFileSync(acme.path, "utf8")
      .split("\n")
      .filter((text) => !before.includes(text));
    expect(line).toMatch(/^ {2}agent-sandbox:grants:$/);
  });

  test("opens nothing else that the file says by now: it is told, and --yes is no yes to that", async () => {
    await forgetTime();
    acme.write({ egress: EGRESS });
    await acme.mustUp();
    acme.write({ egress: { ...EGRESS, allow: [...EGRESS.allow, "*.wide.test"] } });
    const before = readFileSync(acme.path, "utf8");
    const { code, stdout, stderr } = await project.agentbox(
      ...["grant", acme.name, "also.test", "--for", "2h", "--why", "a test", "--yes"],
    );
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/nothing was written: --yes is to the grant, and not to what is above/),
    });
    expect(stdout).toMatch(/says more that is not in force.*WIDENS +egress +\+ \*\.wide\.test/s);
    expect(readFileSync(acme.path, "utf8")).toBe(before);
    expect(await reached("also.test")).toBe(false);
  });

  test("of what is open for good already, and in force, writes nothing", async () => {
    const before = readFileSync(acme.path, "utf8");
    const args = ["grant", acme.name, "allowed.test", "--for", "2h", "--why", "a test", "--yes"];
    expect(await project.agentbox(...args)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^allowed\.test is open to \S+ by its files already, .*; nothing was written\n$/),
    });
    expect(readFileSync(acme.path, "utf8")).toBe(before);
  });

  test.each([
    [["also.test", "--why", "x"], /--for is missing; write it like 30m/],
    [["also.test", "--for", "soon", "--why", "x"], /--for "soon" is no time; write it like 30m/],
    [["also.test", "--for", "99d", "--why", "x"], /--for 99d is more than 30 days/],
    [["also.test", "--for", "5m"], /say what it is for, .* like --why /],
    [["alsotest", "--for", "5m", "--why", "x"], /"alsotest" is not a service or a host name/],
    [["also.test", "--for", "5m", "--why", "x", "--ports", "ssh"], /grants\[0\]\.allow\.ports\[0\] /],
    [["also.test", "neighbour.test", "--for", "5m", "--why", "x"], /one client and one destination/],
  ])("refuses %j in a sentence, and writes nothing", async (args, message) => {
    const before = readFileSync(acme.path, "utf8");
    const { code, stderr } = await project.agentbox("grant", acme.name, ...args, "--yes");
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(readFileSync(acme.path, "utf8")).toBe(before);
  });
});
