import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Deployed, type LastUp, NO_STACK } from "../plan/deployed.ts";
import { readNeighbours } from "../stack-file/look/neighbours.ts";
import { readSecretFiles } from "../stack-file/look/secret-files.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Belonging } from "../target/ownership.ts";
import { noteEngine } from "./engine-of.ts";
import { knowByLastUp } from "./known-by-last-up.ts";
import { readOthers } from "./organisation.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "known-by-last-up-"));
  mkdirSync(join(root, "stacks"));
  for (const [client, text] of [
    ["acme", "config: {agent-sandbox:workspace: /srv/acme}\n"],
    ["globex", "config:\n  agent-sandbox:workspace: [broken\n"],
  ] as const)
    writeFileSync(join(root, "stacks", `Pulumi.${client}.yaml`), text);
});
afterEach(() => rmSync(root, { recursive: true }));

const left = (config?: object, mounts: Record<string, string> = {}) =>
  ({
    ...{ facts: [], containers: { agent: { mounts }, gateway: { mounts: {} } } },
    ...(config && { config }),
  }) as unknown as Deployed;
const know = (last: LastUp, things: readonly Belonging[] = []) =>
  knowByLastUp(root, "acme", async () => last, Promise.resolve({ belongings: things }));
const agent = (writes: Belonging["writes"] = [], client = "globex"): Belonging => ({
  ...{ kind: "container", id: "1", name: `${client}-agent`, client, writes },
});

test.each<[string, LastUp, RegExp]>([
  ["of which no up came to its end", undefined, /none came to its end/],
  ["whose state cannot be read", { unread: "incorrect\npassphrase" }, /incorrect; passphrase/],
  ["that an older version placed", left(), /an older version/],
])("a broken file of a client %s stops, for its agents may run, and says why", async (_which, last, why) => {
  await expect(know(last)).rejects.toThrow(why);
  await expect(know(last)).rejects.toThrow(/^stacks\/Pulumi.globex.yaml is not YAML.*Mend it; nothing was changed\.$/);
  expect(() => readNeighbours(root, "acme")).toThrow("stacks/Pulumi.globex.yaml is not YAML");
});

test("a broken file of a client that is up is told, and its last up says what it writes, reads and shares", async () => {
  const config = { workspace: "/srv/globex", secrets: { DB: { file: "/srv/keys/db" } }, ports: [8080] };
  expect(await know(left(config))).toEqual([
    expect.stringMatching(
      /^stacks\/Pulumi.globex.yaml is not YAML: .*\. acme is judged beside what the last up of globex was given; mend/,
    ),
  ]);
  expect(readNeighbours(root, "acme")).toEqual([{ client: "globex", what: "workspace", path: "/srv/globex" }]);
  expect(readSecretFiles(root)).toEqual([{ client: "globex", path: "/srv/keys/db" }]);
  expect(readOthers(root, "acme")).toMatchObject([{ client: "globex", spec: { ports: [{ port: 8080 }] }, unread: [] }]);
});

test("one that was never brought up runs nothing; that it shares nothing is not known, and told where somebody asks", async () => {
  expect(await know({ unread: NO_STACK })).toEqual([expect.stringContaining("never brought up from here")]);
  expect(readNeighbours(root, "acme")).toEqual([]);
  expect(readOthers(root, "acme")[0]?.unread).not.toEqual([]);
});

test.each(["unix:///run/docker.sock", undefined])(
  "one without a stack in this backend may have been brought up by another: noted at %s, or seen on the engine",
  async (noted) => {
    if (noted) noteEngine(root, "globex", noted, { host: noted });
    const says = noted ? /no stack of it, and an up of this checkout brought it to unix:/ : /engine has 1 container/;
    await expect(know({ unread: NO_STACK }, noted ? [] : [agent()])).rejects.toThrow(says);
  },
);

test("what runs and may write what its last up did not place is of an up that failed half-way, and stops", async () => {
  const last = left({ workspace: "/srv/old" }, { "/workspace": "/srv/old (rw)", "/docs": "/srv/docs (ro)" });
  const writing = (source: string) => [
    agent([{ source, at: "/workspace" }]),
    agent([{ source: "/srv/x", at: "/x" }], "initech"),
  ];
  await expect(know(last, writing("/srv/new"))).rejects.toThrow(/may write \/srv\/new, which that up did not place/);
  await expect(know(last, writing("/srv/docs"))).rejects.toThrow(/may write \/srv\/docs/);
  expect(await know(last, writing("/srv/old"))).toHaveLength(1);
});

test("where no engine answers, that is what is told", async () => {
  const none = Promise.resolve(new UserError(3, "no engine"));
  expect(await knowByLastUp(root, "acme", async () => ({ unread: NO_STACK }), none)).toHaveLength(1);
});

test("a file that was mended is read again", async () => {
  await know(left({ workspace: "/srv/before" }));
  writeFileSync(join(root, "stacks/Pulumi.globex.yaml"), "config: {agent-sandbox:workspace: /srv/now}\n");
  expect(readNeighbours(root, "acme").map(({ path }) => path)).toEqual(["/srv/now"]);
  expect(await know(undefined)).toEqual([]);
});
