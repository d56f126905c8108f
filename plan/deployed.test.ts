import { join } from "node:path";
import { planCase } from "../test/golden/render.ts";
import { asKnownTo, readDeployed, writeDeployed } from "./deployed.ts";
import type { Facts } from "./facts.ts";
import { tellReview } from "./review/tell.ts";

const container = {
  ...{
    image: "i",
    user: "0:0",
    capabilities: ["CAP_KILL"],
    mounts: { "/run": "acme-run (rw)" },
    networks: ["acme-inner"],
  },
  ...{ published: [], gpu: "none", seccomp: "s", limits: { memory: "1MiB" } },
};
const left = {
  facts: [
    { topic: "profile", about: "", says: "standard", key: "profile" },
    { topic: "secrets", about: "TOKEN", says: "(env TOKEN)", mark: "5c1e" },
  ],
  policyHash: "h",
  containers: { agent: container, gateway: container, lock: container },
  proof: {
    ...{ probes: ["shut tcp 198.51.100.1 443"], datagrams: ["192.0.2.255"], scratch: ["/dev/shm"], user: "1000:1000" },
    mounts: [
      { at: "/tmp", readOnly: false },
      {
        at: "/workspace",
        readOnly: false,
        shows: { reference: { kind: "bind" as const, source: "/srv/acme" }, path: "" },
      },
    ],
    ...{ networks: 1, gpu: false },
  },
};
const text = writeDeployed(left);

test("what an up leaves is read as it was written", () => {
  expect(readDeployed({ deployed: text, posture: "" })).toEqual({ version: 1, ...left });
});

test("nothing is lost of a sandbox that has all there is", async () => {
  const config = {
    "agent-sandbox:workspace": "/srv/acme",
    "agent-sandbox:gpu": "all",
    "agent-sandbox:runtime": "runsc",
    "agent-sandbox:accept": ["limits.pids"],
    "agent-sandbox:limits": { memory: "1GiB", pids: 64, cpus: 1, tmp: "64MiB", shm: "64MiB" },
    "agent-sandbox:helpers": {
      cache: { image: `redis@sha256:${"0".repeat(64)}`, user: "999:999", limits: { memory: "1GiB" } },
    },
  };
  const facts = { engine: { gpu: "cdi", runtimes: ["runsc"] } as unknown as Facts["engine"] };
  const found = await planCase(
    join(__dirname, ".."),
    { name: "all", client: "acme", stack: { config }, facts, files: {} },
    "docker",
  );
  if ("problems" in found) throw new Error(found.problems.join("\n"));
  const { expected, proof, helpers } = found.plan;
  const helperProofs = Object.fromEntries(helpers.map(({ name, proof }) => [name, proof]));
  const whole = { ...left, containers: expected, proof, helperProofs };
  expect(readDeployed({ deployed: writeDeployed(whole) })).toEqual({ version: 1, ...whole });
});

test("kinds of facts that came with a newer program are no change, and are named", () => {
  const facts = [...left.facts, { topic: "moons", about: "", says: "two" }];
  const last = readDeployed({ deployed: writeDeployed({ ...left, topics: ["profile", "secrets"] }) });
  expect(asKnownTo(last, facts)).toEqual({ known: left.facts, fresh: ["moons"] });
  expect(tellReview("acme", last, facts)).toBe(
    "not compared: the program of the last up knew nothing of moons; the posture says what is to be",
  );
  // One that left no kinds knew all of them, as far as anybody can say.
  expect(asKnownTo(readDeployed({ deployed: text }), facts)).toEqual({ known: facts, fresh: [] });
  expect(tellReview("acme", readDeployed({ deployed: text }), facts)).toMatch(/^WIDENS\? {2}moons/);
});

test("a stack without outputs was not brought up, or is destroyed: nothing is deployed", () => {
  expect(readDeployed({})).toBeUndefined();
});

/** The same with one thing that is another. */
const changed = (path: string, value: unknown): string => {
  const all = JSON.parse(text);
  const keys = path.split(".");
  const last = keys.pop()!;
  keys.reduce((at, key) => at[key], all)[last] = value;
  return JSON.stringify(all);
};

test.each<[string, Record<string, unknown>, RegExp]>([
  ["outputs of before there was this one", { posture: {}, policyHash: "h" }, /^another version .* placed it$/],
  ["what a reader without the right sees", { deployed: { secret: true } }, /^another version .* placed it$/],
  ["another version", { deployed: changed("version", 2) }, /^another version .* placed it \(version: /],
  ["facts that are text", { deployed: changed("facts", "egress") }, /^another version .* \(facts: /],
  ["a fact without a topic", { deployed: changed("facts.0.topic", undefined) }, /\(facts\.0\.topic: /],
  ["a container with a limit of another shape", { deployed: changed("containers.agent.limits", "1") }, /limits: /],
  ["no gateway", { deployed: changed("containers.gateway", undefined) }, /\(containers\.gateway: /],
  ["no proof", { deployed: changed("proof", undefined) }, /\(proof: /],
  ["a proof without its probes", { deployed: changed("proof.probes", undefined) }, /\(proof\.probes: /],
  ["what is cut off", { deployed: text.slice(0, -9) }, /is not JSON$/],
  ["an empty text", { deployed: "" }, /is not JSON$/],
])("%s is said to be unread, and never that nothing is deployed", (_what, outputs, why) => {
  const found = readDeployed(outputs);
  expect(found).toEqual({ unread: expect.stringMatching(why) });
  expect((found as { unread: string }).unread).not.toContain("\n");
});
