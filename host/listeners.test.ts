import { parseListeners } from "./listeners.ts";

test.each([
  ["0100007F:1F90", "127.0.0.1", 8080],
  ["00000000:1F91", "0.0.0.0", 8081],
  ["0702A8C0:2329", "192.168.2.7", 9001],
  [`${"0".repeat(32)}:1F92`, "::", 8082],
  ["00000000000000000000000001000000:1538", "::1", 5432],
  ["0000000000000000FFFF00000100007F:1F93", "127.0.0.1", 8083],
  ["B80D0120000000000000000001000000:0016", "2001:db8::1", 22],
])("the kernel's %s is %s, port %s", (local, address, port) => {
  const row = (state: string) => `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000`;
  expect(parseListeners(["  sl  local_address rem_address   st", row("0A"), row("01")].join("\n"))).toEqual([
    { address, port },
  ]);
});
