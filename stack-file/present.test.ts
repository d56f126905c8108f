import { present } from "./present.ts";
import { firstLine, lastLine } from "./printable.ts";

test("what is missing is named, and what is there is handed on, be it empty", () => {
  expect(() => present(undefined, "mounts[2] on the host")).toThrow("mounts[2] on the host is missing");
  expect([present("", "a"), present(0, "b"), present(false, "c")]).toEqual(["", 0, false]);
});

test("of what a program said, the first line or the last; of nothing, nothing", () => {
  const said = "no such file\n  at line 3\n\nstatus 1\n";
  expect([firstLine(said), lastLine(said)]).toEqual(["no such file", "status 1"]);
  expect([firstLine("one"), lastLine("one"), firstLine(""), lastLine("\n")]).toEqual(["one", "one", "", ""]);
});
