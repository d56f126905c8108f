import { type Published, parseListeners, portsTaken } from "../../host/machine.ts";

const container = (
  name: string,
  client: string | undefined,
  IP: string,
  PublicPort: number,
  Type = "tcp",
): Published => ({
  Names: [`/${name}`],
  Labels: client ? { "agent-sandbox.client": client } : null,
  Ports: [{ IP, PublicPort, Type }, { Type: "tcp" }],
});

test("a port that another container publishes is taken, at 127.0.0.1 or at all addresses, and by whom is said", () => {
  const others = [
    container("globex-gateway", "globex", "127.0.0.1", 8080),
    container("db", undefined, "0.0.0.0", 5432),
    container("six", undefined, "::", 6000),
    container("lan", undefined, "192.168.1.5", 7000),
    container("udp", undefined, "0.0.0.0", 7001, "udp"),
  ];
  expect(portsTaken("acme", [8080, 5432, 6000, 7000, 7001], others, [])).toEqual([
    { port: 8080, by: "the container globex-gateway of client globex" },
    { port: 5432, by: "the container db" },
    { port: 6000, by: "the container six" },
  ]);
});

test("a client's own ports are its own: the engine's proxy, which listens there, is not somebody else", () => {
  const own = [container("acme-gateway", "acme", "127.0.0.1", 8080)];
  expect(portsTaken("acme", [8080, 8081], own, [8080])).toEqual([]);
  expect(portsTaken("acme", [8080, 8081], own, [8080, 8081])).toEqual([
    { port: 8081, by: expect.stringContaining("a program that listens there") },
  ]);
});

test("programs that listen at 127.0.0.1 are found, at all addresses too, and no connection is taken for one", () => {
  const line = (local: string, state: string) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0`;
  expect(
    parseListeners(
      [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        line("0100007F:1F90", "0A"),
        line("00000000:1F91", "0A"),
        line("0200007F:1F92", "0A"),
        line("0100007F:1F93", "01"),
        line(`${"0".repeat(32)}:1F94`, "0A"),
        line("00000000000000000000000001000000:1F95", "0A"),
        line("0000000000000000FFFF00000100007F:1F96", "0A"),
      ].join("\n"),
    ),
  ).toEqual([8080, 8081, 8084, 8086]);
});
