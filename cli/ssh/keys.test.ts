import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderInclude, unfitPath } from "./include.ts";
import { includeFile, includeLine, makeKeys, removeKeys, sshFolder, writeInclude } from "./keys.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ssh-keys-"));
  mkdirSync(join(root, ".state"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const hosts = () => readFileSync(includeFile(root), "utf8").match(/^Host .*/gm) ?? [];

test("a client's keys are made once, for this user alone, and a destroy removes them with their settings", async () => {
  expect(await makeKeys(root, "acme")).toBe(true);
  expect(await makeKeys(root, "globex")).toBe(true);
  writeInclude(root);
  const own = join(sshFolder(root), "acme");
  const id = readFileSync(join(own, "id"), "utf8");
  expect(readdirSync(sshFolder(root)).sort()).toEqual(["acme", "config", "globex"]);
  expect([sshFolder(root), own, includeFile(root), join(own, "id"), join(own, "host")].map(mode)).toEqual([
    ...["700", "700", "600", "600", "600"],
  ]);
  expect(hosts()).toEqual(["Host acme.sandbox", "Host globex.sandbox"]);

  chmodSync(join(own, "id"), 0o644);
  expect(await makeKeys(root, "acme")).toBe(false);
  expect([readFileSync(join(own, "id"), "utf8"), mode(join(own, "id"))]).toEqual([id, "600"]);

  expect(removeKeys(root, "acme")).toBe(true);
  expect(existsSync(own)).toBe(false);
  expect(hosts()).toEqual(["Host globex.sandbox"]);
  expect(removeKeys(root, "acme")).toBe(false);
});

test("of two that make keys at once one does, and both have the same", async () => {
  const made = await Promise.all([makeKeys(root, "acme"), makeKeys(root, "acme")]);
  expect(made.sort()).toEqual([false, true]);
  expect(readdirSync(sshFolder(root))).toEqual(["acme"]);
});

test("the one host key that ssh takes is the sandbox's, and no two clients have the same", async () => {
  await makeKeys(root, "acme");
  await makeKeys(root, "globex");
  const of = (client: string, file: string) => readFileSync(join(sshFolder(root), client, file), "utf8").trim();
  expect(of("acme", "known_hosts")).toBe(`acme.sandbox ${of("acme", "host.pub").trim()}`);
  expect(
    new Set(["acme", "globex"].flatMap((client) => ["id.pub", "host.pub"].map((file) => of(client, file)))).size,
  ).toBe(4);
});

test("the settings name what ssh would else take from elsewhere, with paths as ssh reads them", () => {
  expect(renderInclude("/srv/a #1 b", "/srv/a #1 b/.state/ssh", ["acme"])).toMatchInlineSnapshot(`
"# Written by \`agentbox ssh-config\`, anew each time. A destroy takes its client out.

Host acme.sandbox
  HostName acme.sandbox
  User dev
  ProxyCommand '/srv/a #1 b/bin/agentbox' ssh-proxy acme
  IdentityFile "/srv/a #1 b/.state/ssh/acme/id"
  IdentitiesOnly yes
  IdentityAgent none
  AddKeysToAgent no
  PreferredAuthentications publickey
  HostKeyAlias acme.sandbox
  UserKnownHostsFile "/srv/a #1 b/.state/ssh/acme/known_hosts"
  GlobalKnownHostsFile none
  IgnoreUnknown KnownHostsCommand
  KnownHostsCommand none
  HostKeyAlgorithms ssh-ed25519
  StrictHostKeyChecking yes
  UpdateHostKeys no
  VerifyHostKeyDNS no
  CheckHostIP no
  ForwardAgent no
  ForwardX11 no
  ForwardX11Trusted no
  Tunnel no
  PermitLocalCommand no
"
`);
});

test.each(["'", '"', "\\", "$", "`", "\n", "%", "*", "?", "["])(
  "a checkout below a folder with %j is refused: ssh and shells take it for theirs",
  async (letter) => {
    expect(unfitPath(`/srv/a${letter}b`)).toMatch(/move the checkout$/);
    await expect(makeKeys(join(root, `a${letter}b`), "acme")).rejects.toThrow(/move the checkout/);
  },
);

test("ssh finds the settings by the line that the person includes, whatever is in the path", async () => {
  const checkout = join(root, "a #1 {b},;(c)&!~ü]");
  mkdirSync(join(checkout, ".state"), { recursive: true });
  await makeKeys(checkout, "acme");
  writeInclude(checkout);
  const own = join(root, "config");
  writeFileSync(own, `${includeLine(checkout)}\n`);
  const { stdout } = spawnSync("ssh", ["-G", "-F", own, "acme.sandbox"], { encoding: "utf8" });
  expect(stdout.split("\n")).toEqual(
    expect.arrayContaining([
      `proxycommand '${checkout}/bin/agentbox' ssh-proxy acme`,
      `identityfile ${checkout}/.state/ssh/acme/id`,
      `userknownhostsfile ${checkout}/.state/ssh/acme/known_hosts`,
      "stricthostkeychecking true",
    ]),
  );
});
