import { z } from "zod";
import { describeProblems } from "./problem.ts";
import { sift } from "./sift.ts";
import { parseSpec } from "./spec.ts";

const told = (raw: Record<string, unknown>) => parseSpec({ workspace: "/w", ...raw }).problems.map(({ path }) => path);

test("what a schema says of a list as a whole is told beside an item of a wrong type, by the numbers that the file has", () => {
  const corp = { domain: "corp.example", servers: ["10.1.0.53"] };
  expect(told({ resolvers: [5, corp, 7, corp] })).toEqual(["resolvers[0]", "resolvers[2]", "resolvers[3].domain"]);
});

test.each([
  [{ gpu: { devices: [] } }, ["gpu.devices"]],
  [{ egress: { allow: [{ host: "a.example", ports: [70000] }] } }, ["egress.allow[0].ports[0]"]],
  [{ credentials: { claude: { login: "x" } } }, ["credentials.claude.login"]],
  [{ agents: [5] }, ["agents[0]"]],
  [{ workspace: [] }, ["workspace"]],
])("%j is one mistake: what is missing once it is taken out is none", (raw, paths) => {
  expect(told(raw)).toEqual(paths);
});

test("later problems have the numbers of the file, and what is told already explains those at its place", () => {
  const { rest, tell } = parseSpec({ workspace: 5, agents: "codex", egress: { allow: [1, "a", 2, "b"] } });
  expect(rest.egress.allow).toEqual(["a", "b"]);
  const later = [
    { path: "egress.allow[0]", message: "a" },
    { path: "egress.allow[1].host", message: "b" },
    { path: "workspace", message: "is not there" },
    { path: "credentials.codex", message: "is not an agent", lacks: "agents" },
    { path: "egress.allow[1]", message: "of another file", file: "x.yaml" },
  ];
  expect(describeProblems(tell(later))).toBe(
    describeProblems([
      { path: "egress.allow[1]", message: "a" },
      { path: "egress.allow[3].host", message: "b" },
      { path: "egress.allow[1]", message: "of another file", file: "x.yaml" },
    ]),
  );
});

test("of a workspace that nobody named nothing later is told: it is a place that is nowhere", () => {
  const { tell } = parseSpec({ agents: ["codex"] });
  expect(tell([{ path: "workspace", message: "is not there" }])).toEqual([]);
});

test("what is wrong as a whole leaves nothing", () => {
  expect(sift(z.array(z.string()), 5)).toMatchObject({ good: undefined, problems: [{ path: "" }] });
});
