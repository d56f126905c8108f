import type { DeliveredFile } from "../../capabilities/delivered.ts";
import { expired, expiringSoon } from "./lasting.ts";

const of = (expires: string): DeliveredFile => ({
  ...{ role: "secret", name: "NPM", source: { env: "NPM" }, key: "secrets.NPM", expires },
});
const told = (expires: string) =>
  [...expired([of(expires), of(expires)], "2026-11-29"), ...expiringSoon([of(expires), of(expires)], "2026-11-29")].map(
    ({ message }) => message,
  );

test("the end of a credential is told 14 days before, once, and from that day on as past", () => {
  expect(told("2026-12-14")).toEqual([]);
  expect(told("2026-12-13")).toEqual([
    "expires on 2026-12-13, in 14 days; take a new one in time, and write its own day",
  ]);
  expect(told("2026-11-30")).toEqual([
    "expires on 2026-11-30, in 1 day; take a new one in time, and write its own day",
  ]);
  for (const past of ["2026-11-29", "2026-11-28"])
    expect(told(past)).toEqual([`expired on ${past}; take a new one, and write its own day`]);
});
