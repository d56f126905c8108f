import type { Declared } from "../../capabilities/capability.ts";
import { defaultAbove, limitProblems } from "../../capabilities/limits/plan.ts";
import { refuseMountPoint } from "../../capabilities/mounts/own-places.ts";
import { ports } from "../../capabilities/ports/plan.ts";
import type { Facts, Machine } from "../../plan/facts.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { portsHeard, portsTaken } from "./machine.ts";

const machine: Machine = { cpus: 4, memory: 16 * 2 ** 30, processes: 32768, ports: [] };
const judged = (raw: Record<string, unknown>, of: Partial<Machine> = {}) =>
  limitProblems(parseSpec({ workspace: "/srv/acme", ...raw }).spec!.limits, { ...machine, ...of }).map(
    ({ path, message }) => `${path}: ${message}`,
  );

test("what the machine has can be asked for, and what it has not is told with what it has", () => {
  expect(judged({ limits: { cpus: 4, memory: "16GiB", pids: 32768 } })).toEqual([]);
  expect(judged({ limits: { cpus: 64, memory: "64GiB", pids: 99_999 } })).toEqual([
    "limits.cpus: 64 is more than the 4 CPUs of the engine's machine",
    "limits.memory: 65536MiB is more than the 16384MiB of the engine's machine, so it is no limit; write at most 14745MiB",
    "limits.pids: 99999 is more than the 32768 processes that the kernel of the engine's machine can have",
  ]);
});

test("a default that is more than the machine has stops nobody, and is told", () => {
  const small = { ...machine, memory: 4 * 2 ** 30 };
  const { spec } = parseSpec({ workspace: "/srv/acme" });
  expect(limitProblems(spec!.limits, small)).toEqual([]);
  expect(defaultAbove(spec!.limits, small)).toEqual([
    { path: "limits.memory", message: expect.stringContaining("8192MiB is more than the 4096MiB") },
  ]);
});

test("a port that somebody else has is told with who has it", () => {
  const container = (name: string, client: string | undefined, IP: string, PublicPort: number) => ({
    Names: [`/${name}`],
    Labels: client ? { "agent-sandbox.client": client } : null,
    Ports: [{ IP, PublicPort, Type: "tcp" }],
  });
  const there = [
    container("acme-gateway", "acme", "127.0.0.1", 8080),
    container("globex-gateway", "globex", "127.0.0.1", 8081),
    container("db", undefined, "0.0.0.0", 5432),
    container("elsewhere", undefined, "192.0.2.7", 9000),
  ];
  expect(portsTaken("acme", [8080, 8081, 5432, 9000, 3000, 3001], there, [8080, 3000])).toEqual([
    { port: 8081, by: "the container globex-gateway of client globex" },
    { port: 5432, by: "the container db" },
    { port: 3000, by: expect.stringContaining("a program that listens there") },
  ]);
  const at = (address: string) => portsTaken("acme", [8081, 5432, 9000], there, [], address).map(({ port }) => port);
  expect([at("192.0.2.7"), at("192.0.2.8"), at("0.0.0.0")]).toEqual([[5432, 9000], [5432], [8081, 5432, 9000]]);
  const found = {
    engine: { kind: "docker" },
    machine: { ...machine, ports: [{ port: 8081, by: "the container db" }] },
  };
  const { spec } = parseSpec({ workspace: "/srv/acme", ports: [8081] });
  expect(ports.plan!({ spec } as Declared, found as unknown as Facts).problems).toEqual([
    { path: "ports", message: "8081 of this machine is taken by the container db; publish another port" },
  ]);
});

test("a port is heard at an address, or at all of them", () => {
  const listeners = [
    { address: "127.0.0.1", port: 8080 },
    { address: "0.0.0.0", port: 8081 },
    { address: "::", port: 8082 },
    { address: "::1", port: 8083 },
    { address: "192.168.2.7", port: 9001 },
  ];
  expect(portsHeard(listeners)).toEqual([8080, 8081, 8082]);
  expect(portsHeard(listeners, "192.168.2.7")).toEqual([8081, 8082, 9001]);
  expect(portsHeard(listeners, "0.0.0.0")).toEqual([8080, 8081, 8082, 8083, 9001]);
});

test.each(["/etc", "/etc/ssl", "/run/secrets/x", "/usr/local/bin", "/proc", "/var/lib", "/state/claude", "/home"])(
  "nothing is mounted over the sandbox's own %s",
  (at) => {
    expect(refuseMountPoint(at)).toMatch(/is the sandbox's own .*mount it at a place of its own/);
  },
);

test.each(["/docs", "/srv/docs", "/opt/tool", "/mnt/data", "/etcetera"])("%s is a place of one's own", (at) => {
  expect(refuseMountPoint(at)).toBeUndefined();
});
