import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExpectedContainers } from "../../plan/expected.ts";
import { agentWith } from "../../test/inspected.ts";
import { checkDoubles, checkNetworks, checkVolumes } from "./check-things.ts";
import { narrows, unordered, widens } from "./difference.ts";
import type { Engine } from "./engine.ts";

let folder: string;
let server: Server;
let engine: Engine;
/** What the engine answers, by path. */
let answers: Record<string, unknown>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-things-"));
  server = createServer(({ url = "" }, response) => {
    response.statusCode = url in answers ? 200 : 404;
    response.end(JSON.stringify(answers[url] ?? { message: "no such network" }));
  }).listen(join(folder, "engine"));
  await new Promise((resolve) => server.on("listening", resolve));
  engine = {
    ...{ kind: "docker", version: "20.10", host: `unix://${folder}/engine`, cli: "docker", platform: "linux-x64" },
    ...{ rootless: false, selinux: false, gpu: "none", runtimes: [] },
  };
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const LABELS = { "agent-sandbox.client": "acme" };
const inner = { internal: true, options: { a: "1" }, ipamConfigs: [{ subnet: "10.0.0.0/24" }] };
const outer = { internal: false, options: {}, ipamConfigs: [{ subnet: "10.0.1.0/24" }] };
const network = (name: string, { internal, options, ipamConfigs }: typeof inner | typeof outer) => ({
  ...{ Id: name, Name: name, Driver: "bridge", Internal: internal, Options: options, Labels: LABELS },
  IPAM: { Config: ipamConfigs.map(({ subnet }) => ({ Subnet: subnet })) },
});
const whole = () => ({
  "/networks/acme-inner": network("acme-inner", inner),
  "/networks/acme-outer": network("acme-outer", outer),
});
const networks = async () =>
  (await checkNetworks(engine, "acme", { "acme-inner": inner, "acme-outer": outer })).map(
    ({ wrong, unseen }) => unseen ?? wrong,
  );

test("networks that are as they were made differ in nothing", async () => {
  answers = whole();
  expect(await networks()).toEqual([[], []]);
});

test("a network that is gone, open, somebody's, or has other settings is told with its class", async () => {
  answers = { "/networks/acme-inner": { ...network("acme-inner", inner), Internal: false, Options: {}, Labels: null } };
  expect(await networks()).toEqual([
    [
      unordered("it has no label of acme: somebody made it"),
      widens("its internal is false, not true"),
      unordered('its options is {}, not {"a":"1"}'),
    ],
    [narrows("it is not there")],
  ]);
  answers = { ...whole(), "/networks/acme-outer": { ...network("acme-outer", outer), Internal: true } };
  expect(await networks()).toEqual([[], [narrows("its internal is true, not false")]]);
});

test("an engine that answers something else was not looked at", async () => {
  answers = { "/networks/acme-inner": [], "/networks/acme-outer": 1 };
  expect(await networks()).toEqual([
    expect.stringContaining("does not know"),
    expect.stringContaining("does not know"),
  ]);
});

test("volumes that the containers mount are there and the client's; a directory of the host is none, and one more is no difference", async () => {
  const { posture } = agentWith({
    ...{ Type: "volume", Name: "acme-home", Source: "/v", Destination: "/h" },
    RW: true,
  });
  const mounts = { "/h": "acme-home (rw)", "/s": "acme-secrets (ro)", "/workspace": "/srv/acme (rw)" };
  const expected = { agent: { ...posture, mounts }, gateway: { ...posture, mounts: {} } } as ExpectedContainers;
  answers = {
    "/volumes": {
      Volumes: [
        { Name: "acme-home", Labels: LABELS },
        { Name: "acme-more", Labels: LABELS },
      ],
    },
  };
  expect((await checkVolumes(engine, "acme", expected)).wrong).toEqual([narrows("acme-secrets is not there")]);
  answers = {
    "/volumes": {
      Volumes: [
        { Name: "acme-home", Labels: {} },
        { Name: "acme-secrets", Labels: LABELS },
      ],
    },
  };
  expect((await checkVolumes(engine, "acme", expected)).wrong).toEqual([
    unordered("acme-home has no label of acme: somebody made it"),
  ]);
});

test("a container that says it is the client's, and is none of the planned ones, is found; one that looks for us is not", async () => {
  const of = (name: string, role?: string) => ({
    ...{ Id: name, Names: [`/${name}`], Labels: { ...LABELS, ...(role && { "agent-sandbox.role": role }) } },
  });
  const theirs = { Id: "x", Names: ["/x"], Labels: { "agent-sandbox.client": "globex" } };
  const planned = ["acme-agent", "acme-gateway", "acme-lock", "acme-agent.before", "acme-helper.db"].map((name) =>
    of(name),
  );
  answers = { "/containers/json?all=1": [...planned, of("acme-files-1", "helper"), theirs] };
  expect((await checkDoubles(engine, "acme", ["acme-helper.db"])).wrong).toEqual([]);
  answers = { "/containers/json?all=1": [...planned, of("acme-more", "agent")] };
  expect((await checkDoubles(engine, "acme", ["acme-helper.db"])).wrong).toEqual([
    widens("container acme-more is not planned"),
  ]);
});
