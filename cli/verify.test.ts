import { narrows, widens } from "../target/engine/difference.ts";
import { isOfStopped } from "./verify.ts";

test.each([
  ["gateway: runs", [narrows("it is exited")], true],
  ["agent: runs", [narrows("it is created")], true],
  ["policy: the one of the last up is in force", [narrows("no policy is in force")], true],
  // The engine starts none of these.
  ["agent: runs", [narrows("it is paused")], false],
  ["agent: is there", [narrows("there is no acme-agent")], false],
  // What runs behind it is worse than not running.
  ["policy: the one of the last up is in force", [narrows("b is in force, not a")], false],
  ["agent: mounts", [widens("/etc is mounted")], false],
  ["lock: runs", [widens("it is exited")], false],
])("%s, %j: a start is all that it takes: %s", (what, wrong, is) => {
  expect(isOfStopped({ what, wrong })).toBe(is);
});
