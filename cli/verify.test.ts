import type { Check } from "../target/engine/check-container.ts";
import { narrows, widens } from "../target/engine/difference.ts";
import { isStopped } from "./verify.ts";

const check = (what: string, says: string, as = narrows): Check => ({ what, wrong: [as(says)] });
const EXITED = ["gateway", "agent", "helper db"].map((role) => check(`${role}: runs`, "it is exited"));
const NONE = check("policy: the one of the last up is in force", "no policy is in force");

test.each<[string, Check[], boolean]>([
  ["all of it is stopped, a helper too", [...EXITED, NONE], true],
  ["its agent alone", [check("agent: runs", "it is created")], true],
  // The engine starts none of these.
  ["one is paused", [...EXITED, check("agent: runs", "it is paused")], false],
  ["one is not there", [...EXITED, check("agent: is there", "there is no acme-agent")], false],
  // What is wrong besides is not mended by a start, and may be why somebody stopped it.
  ["a mount more", [...EXITED, check("agent: mounts", "/etc is mounted", widens)], false],
  ["another policy", [...EXITED, check("policy: the one of the last up is in force", "b is in force, not a")], false],
  ["all run, and there is no policy", [NONE], false],
  ["its agent is stopped, and a gateway that runs has no policy", [check("agent: runs", "it is exited"), NONE], false],
  ["nothing", [], false],
])("%s: a start is all that it takes: %s", (_what, found, is) => {
  expect(isStopped(found)).toBe(is);
});
