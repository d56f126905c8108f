import { describeStatus } from "./describe.ts";
import { isAmiss, type Status } from "./status.ts";

test.each<[Omit<Status, "client">, boolean, RegExp]>([
  [
    { runs: "running", gateway: "running", since: "2026-11-30T19:00:00Z" },
    false,
    /^acme runs since 2026-11-30 19:00 UTC$/,
  ],
  [{}, false, /^acme is not up; `agentbox up acme` brings it up$/],
  [
    { runs: "exited", gateway: "exited" },
    false,
    /^acme does not run: .* is "exited"; `agentbox start acme` starts it$/,
  ],
  [
    { runs: "running", gateway: "exited" },
    true,
    /is NOT WHOLE: .*"running", and its gateway's "exited", so nothing gets out; `agentbox restart acme`/,
  ],
  [
    { runs: "exited", gateway: "running" },
    true,
    /is NOT WHOLE: .*"exited", and its gateway's "running"; `agentbox up acme` mends it$/,
  ],
  [{ runs: "running" }, true, /is NOT WHOLE: .*gateway's not there, so nothing gets out; `agentbox up acme` mends it$/],
  [{ gateway: "running" }, true, /is NOT WHOLE: its agent's container is not there, .*`agentbox up acme` mends it$/],
  [
    { runs: "paused", gateway: "paused" },
    false,
    /^acme does not run: .* is "paused"; `agentbox restart acme` starts it$/,
  ],
  [{ unseen: "no engine" }, true, /^acme could not be looked at$/],
])("of %j a person is told whether it is whole, and what leads on", (of, amiss, says) => {
  const status = { client: "acme", ...of };
  expect(isAmiss(status)).toBe(amiss);
  expect(describeStatus(status)[0]).toMatch(says);
});
