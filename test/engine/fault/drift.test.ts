import { eventually } from "../harness.ts";
import { useLab } from "./lab.ts";

const lab = useLab({ egress: { allow: ["allowed.test", { host: "git.test", ports: [22] }] } });
const engine = () => lab.client.project.engine;
const evil = () => lab.internet.addresses.evil;

/**
 * What somebody with the gateway's own rights changes, and how the watchdog names it; `enter` is the machine's administrator. What
 * ends the gateway and what does not take turns: Docker waits twice as long before each start of one that ran for less than ten seconds.
 */
const DRIFT: [what: string, sabotage: () => Promise<unknown>, found: RegExp][] = [
  ["an accept", () => lab.gateway(`nft insert rule inet gateway output ip daddr ${evil()} accept`), /packet rules/],
  ["no rules at all", () => lab.gateway("nft flush ruleset"), /^gone: rules: /],
  ["an accept from the agent", () => lab.gateway("nft insert rule inet gateway input accept"), /packet rules/],
  [
    "a table of somebody's",
    () => lab.gateway("nft 'table ip other { chain out { type nat hook output priority -150; }; }'"),
    /^new: rules: table ip other/,
  ],
  ["a flushed chain", () => lab.gateway("nft flush chain inet gateway input"), /packet rules/],
  ["a route", () => lab.gateway(`ip route add ${evil()} dev "$(side inner)"`), /^new: 45\.67\./],
  [
    "a chain that accepts what it does not name",
    () => lab.gateway("nft 'chain inet gateway output { policy accept; }'"),
    /packet rules/,
  ],
  ["a rule of routing", () => lab.gateway("ip rule add from all lookup 7"), /^new: .*lookup 7/],
  ["an element of a set", () => lab.gateway("nft delete element inet gateway private { 10.0.0.0/8 }"), /packet rules/],
  ["an address", () => lab.gateway(`ip address add ${evil()}/32 dev "$(side outer)"`), /^new: local 45\.67\./],
  ["a removed table", () => lab.gateway("nft delete table inet gateway"), /packet rules/],
  [
    "a queue that could pass packets on",
    () => lab.gateway('tc qdisc add dev "$(side inner)" clsact'),
    /^new: qdisc clsact/,
  ],
  [
    "no route for the virtual addresses",
    () => lab.gateway('ip route del local "$(vips)" dev "$(side inner)"'),
    /virtual addresses/,
  ],
  [
    "forwarding",
    () => lab.enter(["--net"], "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"),
    /^gone: .*ipv4\/conf\/all\/forwarding:0/,
  ],
  ["another policy saved for a restart", () => lab.gateway('echo "more" >> "$SAVED"'), /saved policy/],
  [
    "forwarding on one interface",
    () => lab.enter(["--net"], "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/default/forwarding"),
    /^gone: .*ipv4\/conf\/default\/forwarding:0/,
  ],
  ["no policy saved for a restart", () => lab.gateway('rm "$SAVED"'), /saved policy/],
  [
    "a network more",
    async () => {
      const name = `${lab.client.name}-other`;
      await engine().ask("network", "create", "--label", `agent-sandbox.client=${lab.client.name}`, name);
      await engine().ask("network", "connect", name, lab.client.gateway);
      await eventually(
        () => lab.audit("drift"),
        (lines) => lines.some((line) => line.name.startsWith("new: /sys/class/net/")),
      );
      // It does not start as long as it has a third one.
      await engine().ask("stop", "--time", "2", lab.client.gateway);
      await engine().ask("network", "disconnect", name, lab.client.gateway);
      await engine().ask("network", "rm", name);
      await engine().ask("start", lab.client.gateway);
    },
    /^new: \/sys\/class\/net\//,
  ],
  [
    "a line of a map in the proxy's memory",
    () =>
      lab.gateway(`as gw-proxy perl -e '
        socket(my $s, 1, 1, 0); connect($s, pack("S a108", 1, "/run/gateway/own/proxy/master.sock")) or die;
        syswrite($s, "\\@1 add map names.map evil.test 1.2.3.4:443\\n"); shutdown($s, 1); print while <$s>'`),
    /^proxy: names\.map/,
  ],
  ["a line of a map's file", () => lab.gateway(`echo "evil.test $INNER_ADDRESS:443" >> "$LIVE/names.map"`), /files/],
  [
    "a second proxy on the same ports",
    () =>
      lab.gateway(`cat > /tmp/other.cfg <<'END'
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend other
  bind 0.0.0.0:443
END
        as gw-proxy haproxy -D -f /tmp/other.cfg`),
    /^orphan process haproxy|^somebody else listens: tcp 0\.0\.0\.0:443/,
  ],
  ["a line of the names the agent may know", () => lab.gateway('echo "10.0.0.1 evil.test" >> "$LIVE/hosts"'), /files/],
  [
    "a second resolver on the same port",
    () =>
      engine().ask(
        ...["exec", "--detach", lab.client.gateway, "perl", "-MSocket", "-e"],
        'socket(S, PF_INET, SOCK_DGRAM, 0); setsockopt(S, SOL_SOCKET, $_, 1) for 2, 15; bind(S, sockaddr_in(53, inet_aton("0.0.0.0"))) or die; sleep 60',
      ),
    /^somebody else listens: udp 0\.0\.0\.0:53/,
  ],
  [
    // During a round, whose own note would leave a page for the next one's.
    "a memory-backed disk that fills up",
    () => lab.tryGateway("until [ -e $RUN/round.next ]; do :; done; head -c 20M /dev/zero > /run/fill"),
    /is full/,
  ],
];

describe("the gateway finds, tells, and repairs or ends, closed, at", () => {
  test.each(DRIFT)("%s", async (_what, sabotage, found) => {
    const before = (await lab.audit("drift")).length;
    await sabotage();
    const lines = await eventually(
      async () => (await lab.audit("drift")).slice(before),
      (lines) => lines.some(({ name }) => found.test(name)),
    );
    expect(lines.find(({ name }) => found.test(name))).toMatchObject({ client: lab.client.name, verdict: "deny" });
    // A round that begins after the repair finds nothing more.
    await eventually(
      () => lab.tryGateway("/usr/local/lib/gateway/watchdog 2>&1"),
      ({ code, stdout }) => code === 0 && /^policy [0-9a-f]{64} live\n$/.test(stdout),
    );
    await lab.expectWhole();
  });

  test("and is then what it was", async () => {
    expect((await lab.client.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });
});
