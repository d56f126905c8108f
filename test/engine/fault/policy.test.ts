import { cpSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, ROOT } from "../harness.ts";
import { Transfer } from "../transfer.ts";
import { type AuditLine, useLab } from "./lab.ts";

const ALLOWED = { egress: { allow: ["allowed.test", "moving.test"] } };
const MORE = { egress: { allow: ["allowed.test", "moving.test", "also.test"] } };

const lab = useLab(ALLOWED);
const engine = () => lab.client.project.engine;
const saved = () => lab.gateway('head -n 1 "$SAVED"');

/** The proxy's processes, by their numbers. */
async function proxies(): Promise<string[]> {
  const said = await engine().ask("top", lab.client.gateway, "-eo", "pid,comm");
  return said.split("\n").filter((line) => line.endsWith(" haproxy"));
}

/** The policy in force, as the watchdog has it after a round of its own: files, rules and daemons agree on it. */
async function inForce(): Promise<string> {
  const { stdout } = await eventually(
    () => lab.tryGateway("/usr/local/lib/gateway/watchdog"),
    ({ code, stdout }) => code === 0 && /^policy [0-9a-f]{64} live\n$/.test(stdout),
  );
  return stdout.split(" ")[1]!;
}

/** What the sandbox does is what the policy in force says, and that is the one which a restart begins with. */
async function expectOnePolicy(alsoIn: string) {
  const live = await inForce();
  expect(await saved()).toBe(live);
  expect((await lab.client.curl("https://also.test/", "--max-time", "5")).code === 0).toBe(live === alsoIn);
  await lab.expectWhole();
}

describe("a change of policy", () => {
  test("drops no transfer that is allowed before and after, not one byte of it", async () => {
    const transfer = new Transfer(lab.client);
    await transfer.start("allowed.test");
    lab.client.write(MORE);
    const before = [await lab.client.running(), await proxies()];
    await lab.client.mustUp();
    expect(await lab.client.curl("https://also.test/")).toMatchObject({ code: 0 });
    // A name more is given to the worker that runs. The next test removes it again, with a connection open that this worker let through.
    expect([await lab.client.running(), await proxies()]).toEqual(before);
    expect(await transfer.end()).toBe("flows\nexact");
  });

  test("cuts the open connections of a host that it removes, tells how much they carried, and refuses new ones", async () => {
    const [removed, stays] = [new Transfer(lab.client), new Transfer(lab.client)];
    await removed.start("also.test");
    await stays.start("allowed.test");
    lab.client.write(ALLOWED);
    await lab.client.mustUp();
    expect((await lab.client.curl("https://also.test/")).code).not.toBe(0);
    expect(await removed.end()).toBe("flows\ncut");
    expect(await stays.end()).toBe("flows\nexact");
    // Of the senders' own connections some may have been cut as well, before they were judged.
    const cut = (lines: AuditLine[]) => lines.find(({ name, reason }) => name === "also.test" && reason === "cut");
    const line = cut(
      await eventually(
        () => lab.audit("tls"),
        (lines) => cut(lines) !== undefined,
      ),
    );
    expect(line).toMatchObject({ port: 443, verdict: "allow" });
    expect(line!.down).toBeGreaterThan(50_000);
  });

  test("goes on through a gateway that watches itself meanwhile: the transfer outlives the watchdog's rounds", async () => {
    const transfer = new Transfer(lab.client);
    await transfer.start("allowed.test");
    await lab.gateway("kill -KILL $(pid watchdog)");
    const round = await lab.gateway("cat $RUN/round");
    await eventually(
      () => lab.gateway("cat $RUN/round"),
      (now) => now !== round,
    );
    expect(await transfer.end()).toBe("flows\nexact");
  });
});

describe("a policy that is refused", () => {
  test("fails the `up` with the reason, changes nothing, and the last good one survives a restart", async () => {
    const live = await inForce();
    // A program that is newer than the gateway: the real one, with another number of the bundle's form.
    const own = (entry: string) => join(lab.client.project.folder, entry);
    // Node looks for what a file imports where the file really is.
    const copied = [
      "index.ts",
      "program.ts",
      "agent-sandbox.ts",
      "capabilities",
      "components",
      "gateway",
      "host",
      "plan",
      "stack-file",
      "target",
    ];
    for (const entry of copied) {
      rmSync(own(entry));
      cpSync(join(ROOT, entry), own(entry), { recursive: true });
    }
    writeFileSync(own("gateway/bundle-format.ts"), "export const FORMAT = 1000;\n");
    lab.client.write(MORE);
    const { code, text } = await lab.client.up();
    for (const entry of copied) {
      rmSync(own(entry), { recursive: true });
      symlinkSync(join(ROOT, entry), own(entry));
    }
    expect(code).not.toBe(0);
    expect(text).toMatch(/the policy is refused: the bundle is of format 1000, and this gateway reads format \d+/);
    expect(text).toContain(`the last good one stays: ${live}`);
    await engine().ask("restart", "--time", "1", lab.client.gateway);
    expect(await inForce()).toBe(live);
    expect((await lab.client.curl("https://also.test/")).code).not.toBe(0);
    lab.client.write(ALLOWED);
    await lab.client.mustUp();
    await lab.expectWhole();
  });

  test.each<[why: string, edit: string, reason: RegExp]>([
    ["cut off on its way", "head -c 3000", /cut short/],
    ["with a line after its end", "cat - <(echo more)", /goes on after its end/],
    ["with a section twice", "sed 's/^==> hosts$/==> names.map/'", /two sections names\.map/],
    ["of another client", 'sed \'s/"client": ".*",/"client": "globex",/\'', /not for t/],
    ["with rules that accept by default", "sed 's/policy drop/policy accept/'", /does not drop by default/],
    ["with rules that nft does not know", "sed 's/ct state invalid drop/drop it all/'", /nft refuses rules\.nft/],
    ["with words that haproxy does not know", "sed 's/^  mode tcp/  mode udp/'", /haproxy refuses haproxy\.cfg/],
    ["with words that dnsmasq does not know", "sed 's/^no-poll/no-pool/'", /dnsmasq refuses/],
    [
      "with a line of hosts that is none",
      "sed 's/ allowed.test # client$/ a b c/'",
      /hosts has a line that is no address and name/,
    ],
    ["with bytes that are no text", "sed 's/^no-poll/\\x01/'", /bytes that are no text/],
    ["that is too large", "cat - <(head -c 5M /dev/zero)", /larger than/],
    ["of nothing", "head -c 0", /cut short|begin/],
  ])("%s changes nothing", async (_why, edit, reason) => {
    const live = await inForce();
    const before = (await lab.audit("policy")).length;
    const { code, stderr } = await lab.tryGateway(`tail -n +2 "$SAVED" | ${edit} | apply`);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain(`the last good one stays: ${live}`);
    expect(await inForce()).toBe(live);
    expect(await saved()).toBe(live);
    const told = await eventually(
      async () => (await lab.audit("policy")).slice(before),
      (lines) => lines.length > 0,
    );
    expect(told).toMatchObject([{ verdict: "deny", reason: "refused", name: live }]);
  });

  test("since the proxy did not take it is read by no daemon any more", async () => {
    const live = await inForce();
    // It stands still until the first word of a refusal, however busy the machine: the proxy's resolver has been started with the new one by then.
    const { code, stderr } =
      await lab.tryGateway(`rest_watchdog; trap wake_watchdog EXIT; proxy=$(pid proxy); kill -STOP $proxy
      tail -n +2 "$SAVED" | sed 's/^server=.*/server=192.0.2.53/' | apply 2> >(while read -r line; do kill -CONT $proxy; printf '%s\n' "$line"; done >&2)
      status=$?; kill -CONT $proxy; wait; exit $status`);
    expect(code).not.toBe(0);
    expect(stderr).toContain("the policy is refused: the proxy does not answer");
    expect(stderr).toContain(`the last good one stays: ${live}`);
    expect(await inForce()).toBe(live);
    await lab.expectWhole();
  });

  test("since it cannot be saved on a full disk fails the `up` with the reason, and the last good one stays", async () => {
    const live = await inForce();
    await lab.enter(["--mount"], "mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", "/var/lib/gateway");
    lab.client.write(MORE);
    const { code, text } = await lab.client.up();
    // The watchdog tries to save the policy there now and then, and for that moment it is busy.
    await eventually(
      () =>
        lab.enter(["--mount"], "umount", "/var/lib/gateway").then(
          () => "",
          ({ message }) => message,
        ),
      (failure) => failure === "",
    );
    expect(code).not.toBe(0);
    expect(text).toMatch(/the policy is refused: it could not be saved: .*no space left on device/);
    expect(text).toContain(`the last good one stays: ${live}`);
    expect(await inForce()).toBe(live);
    lab.client.write(ALLOWED);
    await lab.client.mustUp();
    await lab.expectWhole();
  });
});

describe("an apply that is interrupted", () => {
  let one: string;
  let two: string;

  // Two policies to and fro, made by the real program.
  beforeAll(async () => {
    one = await lab.gateway('tail -n +2 "$SAVED"');
    lab.client.write(MORE);
    await lab.client.mustUp();
    two = await lab.gateway('tail -n +2 "$SAVED"');
  });

  const hash = (bundle: string) =>
    lab.gateway(`sha256sum <<'END' | cut -d' ' -f1
${bundle}
END`);

  test.each([0.05, 0.1, 0.2, 0.3, 0.4, 0.5])(
    "by a kill after %f s leaves one policy whole: the old one or the new one",
    async (seconds) => {
      const next = (await saved()) === (await hash(one)) ? two : one;
      await lab.tryGateway(`timeout --signal KILL ${seconds} apply <<'END'
${next}
END`);
      await expectOnePolicy(await hash(two));
    },
  );

  test.each([
    ["is already written", "[ ! -e $UNFINISHED ]"],
    ["is already in force", "[ $(readlink $LIVE) = $old ]"],
  ])("by a kill when the new policy %s is undone, and told", async (_when, early) => {
    const before = await saved();
    const told = (await lab.audit("drift")).length;
    const next = before === (await hash(one)) ? two : one;
    await lab.tryGateway(`old=$(readlink $LIVE); apply <<'END' & apply=$!
${next}
END
      while ${early} && kill -0 $apply; do :; done; kill -KILL $apply`);
    await expectOnePolicy(await hash(two));
    expect(await saved()).toBe(before);
    await eventually(
      async () => (await lab.audit("drift")).slice(told),
      (lines) => lines.some(({ name, reason }) => name === "an apply that was killed" && reason === "undone"),
    );
  });

  test("since its sender is killed half-way changes nothing", async () => {
    const before = await inForce();
    const sender = engine().start("exec", "--interactive", lab.client.gateway, "apply");
    sender.stdin!.write(one.slice(0, 4000));
    await eventually(
      () => engine().ask("top", lab.client.gateway, "-o", "pid,args"),
      (running) => running.includes("apply"),
    );
    sender.kill("SIGKILL");
    await eventually(
      () => engine().ask("top", lab.client.gateway, "-o", "pid,args"),
      (running) => !running.includes("apply"),
    );
    expect(await inForce()).toBe(before);
    await expectOnePolicy(await hash(two));
  });

  test("by another at the same time waits for its turn: one of the two is in force, whole", async () => {
    const both = await Promise.all(
      [one, two].map((bundle) =>
        lab.tryGateway(`apply <<'END'
${bundle}
END`),
      ),
    );
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    await expectOnePolicy(await hash(two));
  });

  test.each<[NodeJS.Signals, typeof MORE]>([
    ["SIGINT", ALLOWED],
    ["SIGKILL", MORE],
  ])(
    "by a %s to pulumi in the firewall step leaves one policy whole, and the next `up` brings the declared one",
    async (signal, now) => {
      // The lock holds the step where it is: at work, and not done.
      const holder = engine().start("exec", "--interactive", lab.client.gateway, "flock", "/run/gateway/turn", "cat");
      lab.client.write(now);
      const { process, done } = await lab.client.start("up", "--yes", "--skip-preview");
      // It has read the policy, or waits for its turn: a look of the watchdog's may come before it.
      await eventually(
        () => engine().ask("top", lab.client.gateway, "-o", "pid,args"),
        (running) => / apply$/m.test(running),
      );
      process.kill(signal);
      if (signal === "SIGKILL") await done;
      holder.stdin!.end();
      expect((await done).code).not.toBe(0);
      await expectOnePolicy(await hash(two));
      if (signal === "SIGKILL") await lab.client.pulumi("cancel", ["--yes"]);
      await lab.client.mustUp();
      expect(await inForce()).toBe(await hash(now === MORE ? two : one));
      await expectOnePolicy(await hash(two));
    },
  );
});
