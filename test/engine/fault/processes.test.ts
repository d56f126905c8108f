import { eventually } from "../harness.ts";
import { useLab } from "./lab.ts";

const lab = useLab({ egress: { allow: ["allowed.test"] } });
const engine = () => lab.client.project.engine;

/** A process of the gateway, as a line of shell that says its number there. */
const PROCESSES = {
  "the proxy's master": "pid proxy",
  "the proxy's worker": "children $(pid proxy)",
  "the agent's resolver": "pid dns",
  "the proxy's resolver": "pid resolver",
  "the writer of the audit": "pid audit",
  "the watchdog": "pid watchdog",
  "the supervisor of the proxy": "parent $(pid proxy)",
  "the supervisor of the agent's resolver": "parent $(pid dns)",
};

/** Every service is up, and nothing runs that no supervisor has. */
async function expectAllRunning() {
  const seen = await eventually(
    () =>
      lab.tryGateway(`
      for service in proxy dns resolver watchdog audit; do s6-svstat -o up "$SERVICES/$service"; done
      for stat in /proc/[0-9]*/stat; do read -r line < "$stat"; line=\${line#*(}; set -- "\${line%)*}" \${line##*) }
        if [ "$3" = 1 ] && [ "$1" != s6-supervise ] && [ "$2" != Z ]; then echo "orphan $1"; fi
        if [ "$2" = T ]; then echo "stopped $1"; fi; done; health`),
    ({ code, stdout }) => code === 0 && !/false|orphan|stopped/.test(stdout),
  );
  expect(seen.stdout).toMatch(/^(true\n){5}policy [0-9a-f]{64} live\n$/);
}

describe("a process of the gateway that is killed is back, and it is told:", () => {
  test.each(Object.entries(PROCESSES))("%s", async (_name, pid) => {
    const before = (await lab.audit("drift", "gateway")).length;
    await lab.gateway(`kill -KILL $(${pid})`);
    await lab.expectWhole();
    await expectAllRunning();
    await eventually(
      () => lab.audit("drift", "gateway"),
      (lines) => lines.length > before,
    );
  });

  test("all of them at once", async () => {
    await lab.tryGateway("kill -KILL -1");
    await lab.expectWhole();
    await expectAllRunning();
  });

  test("the first one, and with it the gateway", async () => {
    const { gateway } = await lab.client.running();
    // From outside: inside its namespace nobody can kill the first process.
    await lab.enter([], "kill", "-KILL", String((await engine().inspect(lab.client.gateway)).State.Pid));
    await eventually(
      async () => (await lab.client.running()).gateway,
      (now) => now.includes("running") && now !== gateway,
    );
    await lab.expectWhole();
    const lines = await eventually(
      () => lab.audit("gateway", "policy"),
      (lines) => lines.at(-1)?.reason === "restored",
    );
    expect(lines.slice(-2)).toMatchObject([
      { kind: "gateway", reason: "started" },
      { kind: "policy", reason: "restored" },
    ]);
  });
});

describe("a process of the gateway that hangs is started anew, and it is told:", () => {
  const alone = ["the proxy's worker", "the agent's resolver", "the proxy's resolver", "the watchdog"] as const;

  test.each<[string, string[]]>([
    ...alone.map((name): [string, string[]] => [name, [PROCESSES[name]]]),
    ["the supervisor of the proxy", [PROCESSES["the supervisor of the proxy"]]],
    ["the writer of the audit", [PROCESSES["the writer of the audit"]]],
  ])("%s", async (_name, pids) => {
    const before = (await lab.audit("drift")).length;
    await lab.gateway(`kill -STOP ${pids.map((pid) => `$(${pid})`).join(" ")}`);
    await eventually(
      () => lab.audit("drift"),
      (lines) => lines.length > before,
    );
    await lab.expectWhole();
    await expectAllRunning();
  });
});

test("lines of connections that nobody had room for are counted, and told", async () => {
  // Asked before: who reads the log of the agent's resolver is the same, and a resolver whose log is full answers nobody.
  const address = (await lab.client.exec("getent hosts allowed.test")).stdout.split(" ")[0];
  // Whoever reads them stands still, and whoever would start him anew.
  await lab.gateway("rest_watchdog; kill -STOP $(pid audit)");
  const many = `python3 -c '
import socket
hello = bytes.fromhex("160301")
for _ in range(2000):
    s = socket.create_connection(("${address}", 443)); s.sendall(hello); s.close()'`;
  await eventually(
    async () => {
      await lab.client.exec(many);
      return lab.gateway("proxyctl dropped");
    },
    (dropped) => Number(dropped) > 0,
  );
  await lab.gateway("wake_watchdog; kill -CONT $(pid audit)");
  const [lost] = await eventually(
    async () => (await lab.audit("gateway")).filter(({ reason }) => reason === "audit-lost"),
    (lines) => lines.length > 0,
  );
  expect(lost!.count).toBeGreaterThan(0);
  await lab.expectWhole();
});

describe("a gateway that is", () => {
  test("killed by its operator stays down, and lets nothing through until it is started", async () => {
    await engine().ask("kill", lab.client.gateway);
    expect((await lab.client.curl("https://allowed.test/", "--max-time", "3")).code).not.toBe(0);
    await engine().ask("start", lab.client.gateway);
    await lab.expectWhole();
  });

  test("paused lets nothing through until it goes on", async () => {
    await engine().ask("pause", lab.client.gateway);
    expect((await lab.client.curl("https://allowed.test/", "--max-time", "3")).code).not.toBe(0);
    await lab.begin();
    await lab.expectShut();
    await engine().ask("unpause", lab.client.gateway);
    await lab.expectWhole();
  });

  test("restarted says that it stopped and started", async () => {
    const before = (await lab.audit("gateway")).length;
    await engine().ask("restart", "--time", "60", lab.client.gateway);
    await lab.expectWhole();
    expect((await lab.audit("gateway")).slice(before)).toMatchObject([{ reason: "stopped" }, { reason: "started" }]);
  });

  test("out of memory by somebody's greed loses the greedy one only", async () => {
    const { gateway } = await lab.client.running();
    expect((await lab.tryGateway("perl -e '$x = q(x) x (400 << 20)'")).code).toBe(137);
    await lab.expectWhole();
    expect((await lab.client.running()).gateway).toBe(gateway);
  });

  test("out of memory, of which the kernel takes its own processes first, comes back", async () => {
    const before = (await lab.audit("drift", "gateway")).length;
    const pids = (await engine().ask("top", lab.client.gateway, "-o", "pid")).split("\n").slice(1);
    // The kernel's choice is the largest, unless it is told otherwise.
    await lab.enter([], "sh", "-c", `for p in ${pids.join(" ")}; do echo 1000 > /proc/$p/oom_score_adj; done || true`);
    await lab.tryGateway("perl -e '$x = q(x) x (400 << 20)'");
    await eventually(
      () => lab.audit("drift", "gateway"),
      (lines) => lines.length > before,
    );
    await lab.expectWhole();
    await expectAllRunning();
  });
});

describe("an agent that restarts", () => {
  test("finds its gateway, and the senders start again with it", async () => {
    await engine().ask("restart", "--time", "1", lab.client.agent);
    await lab.hostile.start();
    await lab.begin();
    await lab.expectWhole();
  });

  test("first, while there is no gateway, has nothing to send through until there is one", async () => {
    await engine().ask("stop", "--time", "1", lab.client.gateway);
    await engine().ask("restart", "--time", "1", lab.client.agent);
    await lab.hostile.start();
    await lab.begin();
    expect((await lab.client.curl("https://allowed.test/", "--max-time", "3")).code).not.toBe(0);
    await lab.expectShut();
    await engine().ask("start", lab.client.gateway);
    await lab.expectWhole();
  });
});
