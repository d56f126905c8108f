import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Deployed, type LastUp, NO_STACK } from "../plan/deployed.ts";
import { readNeighbours, readSecretFiles } from "../stack-file/read.ts";
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

const left = (config?: object) => ({ facts: [], ...(config && { config }) }) as unknown as Deployed;
const know = (last: LastUp) => knowByLastUp(root, "acme", async () => last);

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

test("a file that was mended is read again", async () => {
  await know(left({ workspace: "/srv/before" }));
  writeFileSync(join(root, "stacks/Pulumi.globex.yaml"), "config: {agent-sandbox:workspace: /srv/now}\n");
  expect(readNeighbours(root, "acme").map(({ path }) => path)).toEqual(["/srv/now"]);
  expect(await know(undefined)).toEqual([]);
});
