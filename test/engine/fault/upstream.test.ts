import { eventually } from "../harness.ts";
import { useLab } from "./lab.ts";

const ALLOWED = ["allowed.test", "also.test", "lan.test", "moving.test", "rotating.test"];

const lab = useLab({ egress: { allow: ALLOWED } });
const engine = () => lab.client.project.engine;
const site = async (name: string) => (await lab.client.curl(`http://${name}/`, "--max-time", "8")).stdout;

afterEach(() => lab.internet.resolveAfter(0));

describe("while nobody resolves names upstream", () => {
  test("a name is refused and told as such, and reached again when somebody does", async () => {
    await lab.expectWhole();
    // What was asked before may still be known to the gateway: a new start knows nothing.
    await lab.internet.resolveAfter(Infinity);
    await engine().ask("restart", "--time", "1", lab.client.gateway);
    await eventually(
      () => lab.tryGateway("health"),
      ({ stdout }) => stdout.includes(" live"),
    );
    // Asked again and again: of a flood of refusals, which the senders make, not every one is told singly.
    await eventually(
      async () => {
        expect((await lab.client.curl("https://allowed.test/", "--max-time", "8")).code).not.toBe(0);
        return lab.audit("tls");
      },
      (lines) => lines.some(({ name, reason }) => name === "allowed.test" && reason === "no-dns"),
    );
    await lab.internet.resolveAfter(0);
    await lab.expectWhole();
  });

  test("an `up` still proves the walls, and says by the reason of the audit why what should be open gave no answer, not that there is a hole", async () => {
    await lab.internet.resolveAfter(Infinity);
    await lab.gateway('s6-svc -h "$SERVICES/resolver"');
    lab.client.write({ egress: { allow: [...ALLOWED, "*.wild.test"] } });
    const { text } = await lab.client.mustUp();
    const walls =
      /proven at [-0-9]+ [0-9:]+ UTC; no answer from allowed\.test: (?:refused by the gateway \(no-dns\): .*|it is down, or the way to it); the walls hold/;
    expect(text).toMatch(walls);
    expect((await lab.client.outputs()).walls).toMatch(walls);
    expect(await engine().inspect(lab.client.agent)).toMatchObject({ State: { Running: true } });
  });

  test("the watchdog finds nothing to repair: it is no fault of the gateway's", async () => {
    const before = (await lab.audit("drift")).length;
    await lab.internet.resolveAfter(Infinity);
    await lab.client.curl("https://rotating.test/", "--max-time", "3");
    expect((await lab.tryGateway("/usr/local/lib/gateway/watchdog")).stdout).toMatch(/ live\n$/);
    expect((await lab.audit("drift")).length).toBe(before);
  });
});

test("names are reached through a resolver that takes its time", async () => {
  await lab.internet.resolveAfter(700);
  await engine().ask("restart", "--time", "1", lab.client.gateway);
  await lab.expectWhole();
});

test("a name that moves is reached where it is now, by connections and by the gateway after a restart", async () => {
  const { first, second } = lab.internet.addresses;
  await eventually(
    () => site("moving.test"),
    (text) => text.includes(`site=${first}`),
  );
  await lab.internet.move("moving.test", "second");
  await eventually(
    () => site("moving.test"),
    (text) => text.includes(`site=${second}`),
  );
  await engine().ask("restart", "--time", "1", lab.client.gateway);
  await eventually(
    () => site("moving.test"),
    (text) => text.includes(`site=${second}`),
  );
});

test.each(["lan", "printer", "metadata"] as const)(
  "a name that moves inside (to %s) is refused from then on, and told",
  async (place) => {
    await lab.internet.move("moving.test", "first");
    await eventually(
      () => site("moving.test"),
      (text) => text.includes(`site=${lab.internet.addresses.first}`),
    );
    const before = (await lab.audit("http")).length;
    await lab.internet.move("moving.test", place);
    const refused = await eventually(
      async () => (await lab.audit("http")).slice(before),
      (lines) => {
        void site("moving.test");
        return lines.some(({ reason }) => reason === "private-address");
      },
    );
    expect(refused.find(({ reason }) => reason === "private-address")).toMatchObject({
      name: "moving.test",
      address: lab.internet.addresses[place],
      verdict: "deny",
    });
    expect(await lab.internet.arrived("lan")).toEqual({ packets: 0, bytes: 0 });
  },
);

// Containers have the machine's clock, which a test may not set: what the watchdog remembers of it is set instead, as a jump would.
test("a name that moves around a jump of the clock is reached where it is now, and the jump is told", async () => {
  const { other, first } = lab.internet.addresses;
  expect(await site("also.test")).toContain(`site=${other}`);
  await lab.internet.move("also.test", "first");
  // Its owner said that it may be remembered for a minute: until then by the clock, and after a jump back for much longer.
  expect(await site("also.test")).toContain(`site=${other}`);
  await lab.gateway('echo $(($(cat "$RUN/clock") + 86400)) > "$RUN/clock"');
  await eventually(
    () => site("also.test"),
    (text) => text.includes(`site=${first}`),
  );
  await eventually(
    () => lab.audit("drift"),
    (lines) =>
      lines.some(
        ({ name, reason }) => /^the clock jumped by -8\d{4} s$/.test(name) && reason === "cached answers dropped",
      ),
  );
});
