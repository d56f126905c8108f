import { connectedPorts } from "./in-use.ts";

// As the kernel writes them: 2222 is 08AE, 8000 is 1F40; state 01 is established, 0A listens, 06 waits for the last packets.
const row = (port: string, state: string) =>
  `   1: 0201D00A:${port} 0101D00A:C350 ${state} 00000000:00000000 00:00000000 00000000   990        0 12345 1 0`;
const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue";
const table = (...rows: string[]) =>
  ["2222 10.208.0.3:22022:agent", "8000 10.208.0.3:8000:agent", HEAD, ...rows].join("\n");

test("a connection that stands at a published port is somebody", () => {
  expect(connectedPorts(table(row("0035", "01"), row("1F40", "01")))).toEqual([8000]);
});

test.each([
  ["waits for one", row("08AE", "0A")],
  ["has ended", row("08AE", "06")],
  ["leads elsewhere: the gateway's own", row("D2F0", "01")],
])("one that %s is nobody", (_what, text) => {
  expect(connectedPorts(table(text))).toEqual([]);
});

test("a policy without a port has nobody at any", () => {
  expect(connectedPorts([HEAD, row("08AE", "01")].join("\n"))).toEqual([]);
});
