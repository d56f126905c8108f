import { readFileSync } from "node:fs";
import { declared, specOf } from "../../test/declared.ts";
import { placeOf } from "../delivered.ts";
import { environmentFacts, environmentTopics } from "../environment/facts.ts";
import { reserved } from "../environment/variable.ts";
import { holdsPassword, soundsSecret } from "../secret-name.ts";
import { ENDPOINT_KINDS } from "./kinds.ts";
import { describeEndpoint, endpointVariables, severalOfAKind } from "./variables.ts";

function of(config: Record<string, unknown>) {
  const { spec, policy } = declared(config);
  const { endpoints } = policy!;
  const files = endpointVariables(spec, endpoints).map((file) => [
    placeOf(file),
    "text" in file.source && file.source.text,
  ]);
  return {
    variables: Object.fromEntries(files),
    told: severalOfAKind(spec, endpoints).map(({ path, message }) => `${path}: ${message}`),
    endpoints: endpoints.map((one) => describeEndpoint(spec, endpoints, one)).join(", "),
  };
}

test("an endpoint's port says what it is, and its programs find it", () => {
  expect(of({ egress: { lan: { db: "192.168.1.20:5432", gpu: "192.168.1.21:11434" }, host: [6379, 8000] } })).toEqual({
    variables: {
      "env/_all/PGHOST": "db",
      "env/_all/PGPORT": "5432",
      "env/_all/OLLAMA_HOST": "http://gpu:11434",
      "env/_all/REDIS_URL": "redis://host:6379",
    },
    told: [],
    endpoints: "db:5432 (PGHOST, PGPORT), gpu:11434 (OLLAMA_HOST), host:6379 (REDIS_URL), host:8000",
  });
});

test("its name says it before its port does", () => {
  const { variables } = of({ egress: { lan: { mysql: "192.168.1.20:13306", redis: "192.168.1.20:5432" } } });
  expect(variables).toEqual({
    "env/_all/MYSQL_HOST": "mysql",
    "env/_all/MYSQL_TCP_PORT": "13306",
    "env/_all/REDIS_URL": "redis://redis:5432",
  });
});

test("of two of a kind none is chosen, and the preview says how to", () => {
  const { variables, told, endpoints } = of({ egress: { lan: { db: "192.168.1.20:5432" }, host: [5432, 3306] } });
  expect(Object.keys(variables)).toEqual(["env/_all/MYSQL_HOST", "env/_all/MYSQL_TCP_PORT"]);
  expect(told).toEqual([
    'egress.host: db:5432 and host:5432 are both postgres, and PGHOST and PGPORT are set for neither; say which is meant, like environment: {PGHOST: "db", PGPORT: "5432"}',
  ]);
  expect(endpoints).toBe("db:5432, host:3306 (MYSQL_HOST, MYSQL_TCP_PORT), host:5432");
});

test.each([
  { environment: { PGHOST: "host" } },
  { environment: { shell: { PGPORT: 1 } } },
  { secrets: { PGHOST: { env: "PGHOST", export: true } } },
])("what the client says itself is the client's, whole: %j", (own) => {
  for (const lan of [{ db: "192.168.1.20:5432" }, { db: "192.168.1.20:5432", other: "192.168.1.21:5432" }])
    expect(of({ egress: { lan }, ...own })).toMatchObject({ variables: {}, told: [] });
});

test("without an endpoint nothing is set", () => {
  expect(of({ profile: "offline" })).toEqual({ variables: {}, told: [], endpoints: "" });
  expect(specOf().egress.host).toEqual([]);
});

test("the agent and the person are told of every variable", () => {
  for (const file of ["images/runtime/etc/agent-sandbox/ABOUT.md", "docs/egress.md"]) {
    const told = readFileSync(file, "utf8");
    for (const { variables } of ENDPOINT_KINDS)
      for (const name of Object.keys(variables)) expect(told).toContain(`\`${name}`);
  }
});

test("it follows from the endpoint, so that a change of it is judged there and not twice", () => {
  const { within } = environmentTopics.environment!;
  const fact = { topic: "environment", about: "OLLAMA_HOST", key: "egress.lan.gpu" };
  expect(within({ ...fact, says: '"http://gpu:11434" (endpoint)' }, [])).toBe(true);
  expect(within({ ...fact, says: '"http://gpu:11434"', key: "environment.OLLAMA_HOST" }, [])).toBe(false);
  // A value that looks like one.
  const file = { role: "variable", reader: "_all", name: "OLLAMA_HOST", key: "environment.OLLAMA_HOST" } as const;
  const [own] = environmentFacts([{ ...file, source: { text: "x (endpoint)" } }]);
  expect(within(own!, [])).toBe(false);
});

test("kinds have a source, and no name, port or variable twice; no variable is a secret or steers programs", () => {
  const all = ENDPOINT_KINDS.flatMap(({ name, port, variables }) => [name, port, ...Object.keys(variables)]);
  expect(new Set(all).size).toBe(all.length);
  for (const { source, seen, variables } of ENDPOINT_KINDS) {
    expect([source, seen]).toEqual([expect.stringMatching(/^https:\/\//), expect.stringMatching(/^\d{4}-\d\d-\d\d$/)]);
    for (const [name, form] of Object.entries(variables))
      expect([name, reserved(name), soundsSecret(name), holdsPassword(form)]).toEqual([name, undefined, false, false]);
  }
});
