import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditLine } from "../../../gateway/audit-line.ts";
import { eventually, useProject } from "../harness.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Attacker } from "./attacker.ts";
import { type Outcome, tryAll, tryAlone } from "./attempts.ts";
import { judge } from "./judge.ts";
import { bridgeOf, fillWorkspace, placeTools, startIn, survey, watch } from "./lab.ts";
import { ATTACKERS, type Attacker as Who } from "./technique.ts";
import { readTechniques } from "./techniques.ts";

const project = useProject();
const { engine, internet } = project;
const tools = placeTools(project);
const acme = project.client("acme", {
  mounts: [{ host: tools, at: "/tools", mode: "ro" }],
  masks: [
    { path: ".env", as: "empty" },
    { path: "conf/deep/key", as: "empty" },
    { path: "locked", as: "readonly" },
  ],
  egress: {
    allow: [
      ...["allowed.test", "*.wild.test", "*.trap.test"],
      { host: "git.test", ports: [22, 8443] },
      { host: "ssh.trap.test", ports: [22] },
    ],
    lan: { ollama: `${internet.addresses.lan}:11434` },
  },
});
const globex = project.client("globex", { egress: { allow: ["also.test"] } });

let arrivals: Arrivals;
let image: string;
let land: Awaited<ReturnType<typeof survey>>;

beforeAll(async () => {
  writeFileSync(join(globex.workspace, "code.txt"), "of-globex");
  fillWorkspace(acme.workspace);
  await Promise.all([acme.mustUp(), globex.mustUp()]);
  image = (await engine.inspect(acme.agent)).Config.Image;
  const networks = [`${acme.name}-outer`, `${globex.name}-inner`, `${globex.name}-outer`];
  const bridges = await Promise.all(networks.map((network) => bridgeOf(engine, network)));
  arrivals = await watch(project, image, tools, [...bridges, "docker0"], acme.name);
  land = await survey(acme, globex, arrivals.port);
});
afterAll(() => arrivals?.end());

const all = readTechniques();
const WHO: Record<Who, string> = {
  dev: "the agent's own user",
  root: "root with the engine's default capabilities",
  admin: "root that may change the network",
};

describe.each(ATTACKERS)("%s:", (who) => {
  const classes = all.filter(({ as }) => !as || as.includes(who));
  const judged = classes.filter(({ judged }) => judged !== "harm");
  const floods = classes.filter(({ judged }) => judged === "harm");
  let attacker: Attacker;
  let outcomes: Map<string, Outcome>;
  let told: AuditLine[];

  beforeAll(async () => {
    attacker = await startIn(acme, image, tools, who, land);
    outcomes = await tryAll(attacker, arrivals, judged, who);
    told = await acme.audit();
  });
  afterAll(() => attacker?.end());

  describe.each(judged.map((kind) => [`${WHO[who]} tries ${kind.name}`, kind] as const))("%s", (_name, kind) => {
    test.each(kind.techniques.map((technique) => [technique.id, technique.how, technique] as const))(
      "%s: %s",
      (id, _how, technique) => judge({ who, kind, technique, outcome: outcomes.get(id)!, told, land, client: acme }),
    );
  });

  if (floods.length === 0) return;
  describe.each(floods.map((kind) => [`${WHO[who]} tries ${kind.name}`, kind] as const))("%s", (_name, kind) => {
    test.each(kind.techniques.map((technique) => [technique.id, technique.how, technique] as const))(
      "%s: %s",
      async (_id, _how, technique) => {
        const before = await acme.running();
        const attempt = tryAlone(attacker, arrivals, technique, who);
        expect(await globex.curl("https://also.test/", "--retry", "3", "--retry-all-errors")).toMatchObject({
          code: 0,
        });
        expect((await attempt).error ?? "").not.toContain("Lab");
        await eventually(
          () => acme.curl("https://allowed.test/"),
          ({ code }) => code === 0,
        );
        expect(await acme.running()).toEqual(before);
        expect((await engine.inspect(acme.gateway)).RestartCount).toBe(0);
        await eventually(
          async () => (await engine.inspect(acme.gateway)).State.Health.Status,
          (health) => health === "healthy",
        );
      },
    );
  });
});
