import { isAtOrBelow } from "./key-path.ts";

test.each([
  ["mounts", true],
  ["mounts[0].at", true],
  ["mounts.x", true],
  ["mountsOf", false],
  ["", false],
  ["git.mounts", false],
])("%j lies at or below mounts: %s", (path, is) => expect(isAtOrBelow(path, "mounts")).toBe(is));
