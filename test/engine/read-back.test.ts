import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { freePort } from "./free-port.ts";
import { type Config, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme");

/** Directories of the host as people have them; an engine's texts have other signs for these. */
const ODD = [
  "with space",
  "with'quote\"s",
  "comma,and=sign",
  "dollar$HOME",
  "Straße-ü-漢",
  "semi;amp&",
  "back\\slash",
  "co:lon",
];
const words = fc.string({ unit: fc.constantFrom(..."aZ09 '\"\\$,=:;#%&ü漢🙂\t"), minLength: 1, maxLength: 12 });
const half = Math.max(1, Math.floor(cpus().length / 2));

/** Stack files that a person might write, with odd values everywhere. Rare ones are made likely: there are few runs. */
const config = (ports: readonly number[]): fc.Arbitrary<Config> =>
  fc.record({
    limits: fc.record(
      {
        cpus: fc.constantFrom(half, Math.min(1.05, cpus().length), 0.25, 0.3, 0.5, 0.75, 0.95, 1, 0.99),
        memory: fc.constantFrom("641MiB", "1.3GiB", "786433KiB", "1GiB"),
        pids: fc.integer({ min: 128, max: 5000 }),
      },
      { requiredKeys: [] },
    ),
    git: fc.record({ name: words, email: words }, { requiredKeys: [] }),
    mounts: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...ODD), fc.constantFrom("ro", "rw")), {
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((chosen) =>
        chosen.map(([name, mode], index) => ({ host: project.directory(name), at: `/mnt/m.${index}_-x`, mode })),
      ),
    masks: fc.subarray([".git/hooks", { path: ".env*", as: "empty" }, { path: "a/b@c+d", as: "readonly" }]),
    secrets: fc.dictionary(fc.constantFrom("A", "B_2", "LONG_NAME"), fc.constant({ env: "ODD_SECRET" })),
    ports: fc.subarray([...ports]),
    profile: fc.constantFrom("standard", "web", "offline"),
    resolvers: fc.constantFrom([project.internet.dns], [project.internet.dns, "10.0.0.53"]),
    egress: fc.record({ host: fc.subarray([5432, 8123]) }).map(({ host }) => ({ host, allow: ["allowed.test"] })),
    guards: fc.constantFrom("all", "none"),
    mtu: fc.constantFrom(1280, 1500),
  });

/** One that forgets, for it can have few of the keys; then a README's own; then what chance brings, the same each time. */
async function configs(): Promise<Config[]> {
  const ports = [await freePort(), await freePort(), await freePort()];
  return [
    {
      profile: "lockdown",
      limits: { cpus: 1, memory: "641MiB" },
      git: { name: `O'Brien "x" $HOME \\ ü,=`, email: " " },
    },
    { limits: { cpus: 1 }, masks: [".git/hooks", { path: ".env*", as: "empty" }] },
    ...fc
      .sample(config(ports), { seed: 9, numRuns: 4 })
      .map((one) => (one.profile === "offline" ? { ...one, egress: {} } : one)),
  ];
}

test("whatever a stack file says, the next `up` changes nothing, and neither does one that asks the engine first", async () => {
  for (const path of ["a", ".git/hooks"]) mkdirSync(join(acme.workspace, path), { recursive: true });
  for (const path of [".env", ".env.local", "a/b@c+d"]) writeFileSync(join(acme.workspace, path), "");
  acme.shell = { ODD_SECRET: "'\"$x\n\ttwo lines" };
  for (const one of await configs()) {
    acme.write(one);
    await acme.mustUp();
    const before = await acme.running();
    for (const args of [[], ["--refresh"]]) {
      const { stdout } = await acme.mustUp(...args);
      expect({ one, stdout }).toEqual({ one, stdout: expect.stringMatching(/Resources:\s+\d+ unchanged\n/) });
    }
    expect(await acme.running()).toEqual(before);
    const options = await project.engine.ask(
      "network",
      "inspect",
      "--format",
      "{{json .Options}}",
      `${acme.name}-outer`,
    );
    expect(JSON.parse(options)).toEqual("mtu" in one ? { "com.docker.network.driver.mtu": String(one.mtu) } : {});
  }
}, 600_000);

test("limits of memory and processes change while the agent runs", async () => {
  acme.write({ limits: { cpus: 1, memory: "1GiB", pids: 300 } });
  await acme.mustUp();
  const before = await acme.running();
  acme.write({ limits: { cpus: 1, memory: "1537MiB", pids: 301 } });
  await acme.mustUp();
  expect(await acme.running()).toEqual(before);
  const { HostConfig } = await project.engine.inspect(acme.agent);
  expect(HostConfig).toMatchObject({
    Memory: 1537 * 2 ** 20,
    MemorySwap: 1537 * 2 ** 20,
    PidsLimit: 301,
    NanoCpus: 1e9,
  });
  expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
});
