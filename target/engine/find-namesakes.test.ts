import type { SandboxPlan } from "../../plan/plan.ts";
import { foreignTo } from "../foreign.ts";
import { describeNamesake, findNamesakes } from "./find-namesakes.ts";

const named = (name: string) => ({ name, workload: { name } });
const plan = {
  ...{ client: "acme", volumes: [{ name: "acme-home" }, { name: "acme-helper.db" }] },
  ...{ agent: { name: "acme-agent" }, gateway: { name: "acme-gateway" }, lock: { name: "acme-lock" } },
  helpers: [named("acme-helper.db")],
} as unknown as SandboxPlan;

test("what has a planned name and not the client's label is somebody else's", () => {
  const label = (kind: "network" | "volume", name: string, client: string) => ({
    kind,
    name,
    client,
    id: name,
    writes: [],
  });
  const container = (name: string, client?: string) => ({ name, client, running: true, atRest: false, holds: [] });
  const foreign = foreignTo("acme", {
    belongings: [label("volume", "acme-helper.db", "acme"), label("volume", "globex-home", "globex")],
    listed: [
      container("acme-agent", "acme"),
      container("acme-helper.db"),
      container("acme-lock", "globex"),
      container("acme-gateway"),
    ],
    networks: ["acme-inner", "globex-inner"].map((name) => ({ name, subnets: [], found: { Name: name } as never })),
    present: ["agent-sandbox/base:1", "acme-home", "acme-helper.db", "globex-home"],
  });
  expect(findNamesakes(plan, foreign)).toEqual([
    { kind: "container", name: "acme-lock", of: "globex" },
    { kind: "container", name: "acme-helper.db" },
    { kind: "network", name: "acme-inner" },
    { kind: "volume", name: "acme-home" },
  ]);
  expect(findNamesakes(plan, [])).toEqual([]);
});

test("the sentence about one says whose it is and what to do", () => {
  const docker = { cli: "docker" };
  expect(describeNamesake({ kind: "volume", name: "acme-home" }, "acme", docker)).toMatch(
    /^there is a volume acme-home already.*docker volume rm acme-home/,
  );
  expect(describeNamesake({ kind: "container", name: "acme-helper.db" }, "acme", docker)).toMatch(
    /no label of this product.*docker rm --force acme-helper.db/,
  );
  expect(describeNamesake({ kind: "volume", name: "acme-home", of: "globex" }, "acme", docker)).toMatch(
    /^there is a volume acme-home already, and it is the client globex's, whose it stays/,
  );
});
