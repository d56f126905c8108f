import { execFileSync } from "node:child_process";
import type { Checkouts } from "./checkouts.ts";
import { median, paired, type Row, seconds } from "./measure.ts";
import { RawTopology } from "./raw.ts";

/** What a person waits for: `up`, `destroy`, an `up` without changes, one more host, a way in. Leaves the sandbox up. */
export function* lifecycle(checkouts: Checkouts): Generator<Row> {
  yield* upAndDown(checkouts);
  yield noOp(checkouts);
  yield* oneHost(checkouts);
  yield wayIn(checkouts);
}

/** From nothing to a proven sandbox and back, images there. */
function upAndDown(checkouts: Checkouts): Row[] {
  const raw = new RawTopology(checkouts.client);
  const times = { up: [] as number[], down: [] as number[], rawUp: [] as number[], rawDown: [] as number[] };
  try {
    for (let run = 0; run < 5; run++) {
      times.up.push(seconds(() => checkouts.sandbox("up")));
      const images = checkouts.images();
      const bundle = checkouts.bundle();
      times.down.push(seconds(() => checkouts.sandbox("destroy")));
      times.rawUp.push(
        seconds(() => {
          raw.up(images, bundle);
          checkouts.empty("up");
        }),
      );
      times.rawDown.push(
        seconds(() => {
          raw.down();
          checkouts.empty("destroy");
        }),
      );
    }
  } finally {
    raw.down();
  }
  checkouts.empty("up");
  checkouts.sandbox("up");
  const against = "the same containers, networks and volumes by the engine's client + the empty program";
  const row = { unit: "s", against } as const;
  return [
    { ...row, what: "first `up`, images there", ours: median(times.up), other: median(times.rawUp), budget: "≤ 1.5" },
    { ...row, what: "`destroy`", ours: median(times.down), other: median(times.rawDown), budget: "≤ 1.6" },
  ];
}

function noOp(checkouts: Checkouts): Row {
  return {
    what: "`up --skip-preview` without changes",
    unit: "s",
    ...paired(
      9,
      () => seconds(() => checkouts.sandbox("up")),
      () => seconds(() => checkouts.empty("up")),
    ),
    budget: "≤ 1.25",
    against: "an ordinary program that imports @pulumi/pulumi and declares nothing, same CLI",
  };
}

/** What a word that leads into a sandbox takes before it is the engine's own. */
function wayIn(checkouts: Checkouts): Row {
  const exec = () => execFileSync("docker", ["exec", "-i", `${checkouts.client}-agent`, "true"]);
  return {
    what: "`agentbox run`",
    unit: "ms",
    ...paired(
      25,
      () => 1000 * seconds(() => checkouts.run()),
      () => 1000 * seconds(exec),
    ),
    budget: "≤ 1.1, and 30 ms",
    against: "`docker exec` of the same",
  };
}

/** From the start of the firewall step to the gateway's word that the policy is live: with a host more each time, and with one in another's place, for which connections are cut. */
function* oneHost(checkouts: Checkouts): Generator<Row> {
  const runs = Array.from({ length: 9 }, (_, run) => `h${run}.example.com`);
  const after = (hosts: readonly string[]) => {
    checkouts.allow(hosts);
    const bundle = checkouts.bundle();
    return seconds(() => checkouts.apply(bundle));
  };
  const row = { unit: "s", budget: "≤ 0.15 s", against: "" } as const;
  const more = runs.map((_, run) => after(runs.slice(0, run + 1)));
  yield { ...row, what: "one host more, live after", ours: median(more) };
  yield {
    ...row,
    what: "one host in another's place, live after",
    ours: median(runs.map((host) => after([host]))),
    budget: "< 0.5 s",
  };
}
