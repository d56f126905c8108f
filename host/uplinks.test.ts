import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readUplinks } from "./uplinks.ts";

let kernel: string;
beforeEach(() => {
  kernel = mkdtempSync(join(tmpdir(), "agent-sandbox-uplinks-"));
});
afterEach(() => rmSync(kernel, { recursive: true, force: true }));

/** A link as the kernel tells of it. */
function link(name: string, about: { type: number; flags: string; mtu: number }): void {
  mkdirSync(join(kernel, name));
  for (const [file, value] of Object.entries(about)) writeFileSync(join(kernel, name, file), `${value}\n`);
}

/** A row of /proc/net/route: interface, destination and mask, lowest byte first. */
const route = (name: string, to: string, mask: string) => `${name}\t${to}\t010200C0\t0003\t0\t0\t0\t${mask}\t0\t0\t0\n`;

function table(...rows: string[]): string {
  const file = join(kernel, "route");
  writeFileSync(
    file,
    ["Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n", ...rows].join(""),
  );
  return file;
}

test("ways out are what a default route or half of one leads to, and tunnels that are up, whatever table leads there", () => {
  link("eth0", { type: 1, flags: "0x1003", mtu: 1460 });
  link("eth1", { type: 1, flags: "0x1003", mtu: 1300 });
  link("docker0", { type: 1, flags: "0x1003", mtu: 1400 });
  link("wg0", { type: 65534, flags: "0x10d1", mtu: 1420 });
  link("wg1", { type: 65534, flags: "0x1090", mtu: 1280 });
  link("ppp0", { type: 512, flags: "0x10d1", mtu: 1492 });
  link("lo", { type: 772, flags: "0x9", mtu: 65_536 });
  const routes = table(
    route("eth0", "00000000", "00000000"),
    route("eth1", "00000080", "00000080"),
    route("docker0", "000011AC", "0000FFFF"),
  );
  expect(readUplinks(kernel, routes)).toEqual([
    { name: "eth0", mtu: 1460 },
    { name: "eth1", mtu: 1300 },
    { name: "ppp0", mtu: 1492 },
    { name: "wg0", mtu: 1420 },
  ]);
});

test("a kernel that has no such files is asked nothing", () => {
  expect(readUplinks(join(kernel, "none"), table())).toEqual([]);
  expect(readUplinks(kernel, join(kernel, "none"))).toEqual([]);
});

test("an interface of which the kernel says nothing any more, because it has just gone, is none", () => {
  link("eth0", { type: 1, flags: "0x1003", mtu: 1500 });
  // Read, it is an error, as of one that is taken away between the list and the look.
  for (const file of ["type", "flags", "mtu"]) mkdirSync(join(kernel, "veth1", file), { recursive: true });
  const table = join(kernel, "route");
  writeFileSync(table, `${route("eth0", "00000000", "00000000")}${route("veth1", "00000000", "00000000")}`);
  expect(readUplinks(kernel, table)).toEqual([{ name: "eth0", mtu: 1500 }]);
});
