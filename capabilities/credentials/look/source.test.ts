import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeliveredFile, describeSource } from "../../delivered.ts";
import { asDelivered, deliveredFiles, readSecrets } from "../look.ts";
import type { SecretSource } from "../source.ts";
import { askFor, filesOf } from "../source.ts";
import { readSource } from "./source.ts";

/* Programs of password stores are stood in for by scripts that behave as their manuals say; age is the real one (setup/test-tools.sh). */

const folder = realpathSync(mkdtempSync(join(tmpdir(), "sources-")));
const [bin, workspace] = [join(folder, "bin"), join(folder, "workspace")];
const before = { ...process.env };
beforeAll(() => {
  for (const made of [bin, workspace]) mkdirSync(made);
  process.env.PATH = `${workspace}:relative:${bin}:${before.PATH}`;
  process.env.OF_A_PERSON = "of another's";
  process.env.OP_SERVICE_ACCOUNT_TOKEN = "ops_x";
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

const writable = [{ path: workspace, what: "the workspace" }];
const world = (encrypted: Record<string, string> = {}) => ({
  ...{ root: folder, writable, encrypted: new Map(Object.entries(encrypted)) },
});
const read = async (source: SecretSource, encrypted?: Record<string, string>) => {
  const reading = await readSource(source, "secrets.X", true, world(encrypted));
  return "value" in reading ? reading.value.toString("utf8") : reading;
};
/** A program of the person's. */
function program(name: string, script: string, at = bin): string {
  writeFileSync(join(at, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(at, name), 0o755);
  return name;
}
const file = (name: string, content: string | Buffer, mode = 0o600) => {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
  return name;
};

describe("a command", () => {
  test("gives what it prints, without the end of its line, and gets its words as they are", async () => {
    program("say", 'printf "%s|" "$@"; echo');
    expect(await read({ command: ["say", "two words", "$HOME; `id`", "~"] })).toBe("two words|$HOME; `id`|~|");
    expect(await read({ command: ["printf", "a\\nb\\n\\n"] })).toBe("a\nb\n");
  });

  test("has a clean environment: nothing of Pulumi's, of another source's, and no folder of programs that an agent can change", async () => {
    process.env.PULUMI_CONFIG_PASSPHRASE = "of the state";
    const names = String(await read({ command: ["sh", "-c", 'env | cut -d= -f1; echo "PATH is $PATH"'] }));
    expect(names).toMatch(/^HOME$/m);
    expect(names).not.toMatch(/PULUMI|OF_A_PERSON|OP_SERVICE|NODE_|LD_/);
    expect(names).toContain(`PATH is ${bin}:`);
    delete process.env.PULUMI_CONFIG_PASSPHRASE;
  });

  test("that hangs is ended in 5 s with all of its session, and has no terminal to ask at", async () => {
    program("hang", `sleep 731 & echo $! >${folder}/pid; wait`);
    const begun = Date.now();
    expect(await read({ command: ["hang"] })).toEqual({
      unseen: "hang gave no answer in 5 s; see that it prints the value, and nothing else, without a question",
    });
    expect(Date.now() - begun).toBeLessThan(8000);
    const state = spawnSync("ps", ["-o", "stat=", "-p", readFileSync(join(folder, "pid"), "utf8").trim()]);
    // It is gone, or waits for init to take its end.
    expect(String(state.stdout).trim()).toMatch(/^(Z.*)?$/);
    expect(
      await read({ command: ["sh", "-c", "if (: </dev/tty) 2>/dev/null; then echo has; else echo none; fi"] }),
    ).toBe("none");
  }, 20_000);

  test.each<[string, string, object]>([
    [
      "that fails",
      "echo hunter2; echo hunter2 >&2; exit 3",
      { unseen: expect.stringMatching(/ended with status 3; see that/) },
    ],
    ["that prints nothing", "exit 0", { unseen: expect.stringMatching(/printed nothing; see that/) }],
    [
      "that prints too much",
      "head -c 1048577 /dev/zero",
      { refused: expect.stringMatching(/printed more than 1048576 bytes/) },
    ],
    [
      "that prints colours",
      "printf '\\033[31mhunter2'",
      { refused: expect.stringMatching(/has a control character \("\\u001b"\)/) },
    ],
    [
      "that crashes",
      "echo hunter2; kill -SEGV $$",
      { unseen: expect.stringMatching(/was ended by SIGSEGV; see that/) },
    ],
    [
      "that prints too much of what went wrong",
      "exec yes hunter2 >&2",
      { refused: expect.stringMatching(/printed more than 1048576 bytes/) },
    ],
    ["that prints a NUL", "printf 'hunter2\\0'", { refused: expect.stringMatching(/has a control character/) }],
    ["that prints bytes", "printf '\\377\\376'", { refused: expect.stringMatching(/no text \(UTF-8\)/) }],
  ])("%s is told, and nothing of what it said", async (name, script, told) => {
    const called = program(name.replaceAll(" ", "-"), script);
    const reading = await read({ command: [called] });
    expect(reading).toEqual(told);
    expect(JSON.stringify(reading)).not.toContain("hunter2");
  });

  test("that an agent could put there, or be read by what it changes, is refused", async () => {
    program("theirs", "echo x", workspace);
    symlinkSync(join(workspace, "theirs"), join(bin, "link"));
    for (const command of [
      ["workspace/theirs"],
      [join(workspace, "theirs")],
      ["link"],
      ["sh", "workspace/theirs"],
      ["dd", `if=${join(workspace, "theirs")}`],
      ["sh", `--rcfile=${join(workspace, "theirs")}`],
      // What it has in a folder it looks for, too.
      ["make", "-s", "-C", workspace],
      ["make", "-C", "workspace/"],
      ["make", `-f${join(workspace, "theirs")}`],
      ["curl", `file://${join(workspace, "theirs")}`],
      ["sh", "-c", `exec cat "${join(workspace, "theirs")}"`],
      ["sh", "-c", "cd workspace && ./theirs"],
      ["sh", join(workspace, "not-there-yet")],
      ["sh", `${workspace}/../workspace/theirs`],
    ])
      expect([command, await read({ command })]).toEqual([
        command,
        { refused: expect.stringMatching(/ is (inside )?the workspace, where an agent can change it/) },
      ]);
    // What only reads so is nobody's: of `op://workspace/x` no part is a path here.
    expect(await read({ command: ["printf", "%s", "op://workspace/theirs"] })).toBe("op://workspace/theirs");
    // Though its folder is in PATH.
    expect(await read({ command: ["theirs"] })).toEqual({
      unseen: '"theirs" is no program here; install it, or name another source',
    });
  });
});

describe("a keyring", () => {
  test("is asked by secret-tool, which knows the entry by its name", async () => {
    program("secret-tool", '[ "$*" = "lookup service acme account npm" ] && printf hunter2');
    expect(await read({ keyring: "acme/npm" })).toBe("hunter2");
  });

  test("that is locked, or has no such entry, is told with what opens it", async () => {
    program("secret-tool", "exit 1");
    expect(await read({ keyring: "acme/npm" })).toEqual({
      unseen:
        "secret-tool ended with status 1; unlock the keyring, or store it: secret-tool store --label=acme/npm service acme account npm",
    });
  });

  test("is the Keychain on macOS, by its own program and no other of that name", () => {
    expect(askFor({ keyring: "acme/npm" }, { platform: "darwin" })).toMatchObject({
      program: "/usr/bin/security",
      args: ["find-generic-password", "-s", "acme", "-a", "npm", "-w"],
    });
  });
});

test("a field of 1Password is read by op, with op's own variables", async () => {
  program("op", '[ "$*" = "read --no-newline op://acme/npm/token" ] && printf %s "$OP_SERVICE_ACCOUNT_TOKEN"');
  expect(await read({ op: "op://acme/npm/token" })).toBe("ops_x");
});

test("a value of sops is extracted by its keys, and a file as a whole", async () => {
  file("s.yaml", "x", 0o644);
  program("sops", 'for word; do printf "<%s>" "$word"; done');
  expect(await read({ sops: 's.yaml#/npm/a"b/0' })).toBe(
    `<--decrypt><--extract><["npm"]["a\\"b"][0]><${folder}/s.yaml>`,
  );
  expect(await read({ sops: "s.yaml" })).toBe(`<--decrypt><${folder}/s.yaml>`);
  expect(await read({ sops: "gone.yaml#/x" })).toEqual({
    unseen: "gone.yaml does not exist; create it, or name another source",
  });
});

test("a file of age is opened by its identity, and by no other", async () => {
  for (const name of ["one", "two"]) {
    // Without age this fails, and says so: ENOENT.
    const { error } = spawnSync("age-keygen", ["-o", join(folder, name)]);
    if (error) throw error;
  }
  const recipient = /age1\w+/.exec(readFileSync(join(folder, "one"), "utf8"))![0];
  spawnSync("age", ["-r", recipient, "-o", join(folder, "npm.age")], { input: "hunter2\n" });
  expect(await read({ age: { file: "npm.age", identity: "one" } })).toBe("hunter2");
  expect(await read({ age: { file: "npm.age", identity: "two" } })).toEqual({
    unseen: "age ended with status 1; see that the identity is one of the file's recipients, and has no passphrase",
  });
});

test("an encrypted value is the one that Pulumi decrypted for its key, and an empty one is none", async () => {
  const source = { encrypted: "ENCRYPTED" };
  expect(await read(source, { "secrets.X.encrypted": "hunter2" })).toBe("hunter2");
  expect(await read(source, { "secrets.Y.encrypted": "hunter2" })).toEqual({
    unseen: "is empty in the stack; pulumi config set --secret --path 'agent-sandbox:secrets.X.encrypted'",
  });
});

describe("a file", () => {
  test.each([0o640, 0o604, 0o620, 0o666])(
    "of mode %o is open to others, and refused with what shuts it",
    async (mode) => {
      const name = file(`mode-${mode.toString(8)}`, "hunter2", mode);
      expect(await read({ file: name })).toEqual({
        refused: `${name} is open to others (mode ${mode.toString(8)}); chmod 600 ${name}, and see whether they had it`,
      });
      // A certificate is no secret.
      expect(await readSource({ file: name }, "ca[0]", false, world())).toEqual({ value: Buffer.from("hunter2") });
    },
  );

  test("that is a pipe or a device is no file, nobody waits for a writer, and no end of links is followed", async () => {
    spawnSync("mkfifo", [join(folder, "pipe")]);
    symlinkSync("loop", join(folder, "loop"));
    for (const name of ["pipe", "/dev/zero"])
      expect(await read({ file: name })).toEqual({ refused: `${name} is not a file` });
    expect(await read({ file: "loop" })).toEqual({ unseen: "loop cannot be read: too many links" });
    const server = createServer().listen(join(folder, "socket"));
    await once(server, "listening");
    expect(await read({ file: "socket" })).toEqual({ unseen: expect.stringMatching(/^socket cannot be read: ENXIO/) });
    server.close();
  });

  test("that is not there, empty, a folder or too large is told with the fix", async () => {
    const told = async (source: SecretSource) => Object.values(await read(source))[0];
    file("empty", "");
    file("large", Buffer.alloc(2 ** 20 + 1));
    expect(await told({ file: "missing" })).toBe("missing does not exist; create it, or name another source");
    expect(await told({ file: "missing/too" })).toBe("missing/too does not exist; create it, or name another source");
    expect(await told({ file: "empty" })).toBe("empty is empty");
    expect(await told({ file: "." })).toBe(". is not a file");
    expect(await told({ file: "large" })).toBe("large is 1048577 bytes; a secret has at most 1048576");
    expect(await told({ env: "NOT_SET_ANYWHERE" })).toBe(
      "the variable NOT_SET_ANYWHERE is not set (or empty) where pulumi runs; export it, or use {file: path}",
    );
  });
});

const KEY = { id: "k", key: Buffer.from("k") };
const secret = (name: string, source: SecretSource): DeliveredFile => ({
  ...{ role: "secret", name, source, key: `secrets.${name}` },
});

test("a source is read once, however many files it is", async () => {
  program("count", `echo x >>${folder}/count; cat ${folder}/count | wc -l`);
  const source = { command: ["count"] };
  const exported: DeliveredFile = { ...{ role: "variable", reader: "_all", name: "A" }, source, key: "secrets.A" };
  const { values } = await readSecrets([secret("A", source), exported], world(), KEY);
  expect([...values.values()].map(String)).toEqual(["1", "1"]);
});

test("a key or a token that is more than one word is refused: it would say more than itself to whom it is sent", async () => {
  file("token", "pat\nhost=rogue.test\n");
  file("spaced", " pat\n");
  file("good", "pat\n");
  const token = (name: string): DeliveredFile => ({
    ...{ role: "git", reader: "git.test", name: "token", source: { file: name }, key: name },
  });
  const key: DeliveredFile = { role: "variable", reader: "bot", name: "K", source: { file: "token" }, key: "key" };
  const { problems } = await readSecrets([token("token"), token("spaced"), token("good"), key], world(), KEY);
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "token: file token is more than one line, or has a control character; a key or token is one word",
    "spaced: file spaced has a space at an end; a key or token is one word",
    "key: file token is more than one line, or has a control character; a key or token is one word",
  ]);
});

test("a value is delivered without its line's end, and a file with nothing else is empty", async () => {
  file("windows", "pat\r\n");
  file("blank", "\r\n");
  const { values, problems } = await readSecrets(
    [secret("A", { file: "windows" }), secret("B", { file: "blank" })],
    world(),
    KEY,
  );
  expect(values.get("A")?.toString()).toBe("pat");
  expect(problems).toEqual([{ path: "secrets.B", message: "file blank has nothing but the end of a line" }]);
});

test("where a source cannot be looked at, what the last up delivered stands, and a new one has no mark", async () => {
  process.env.OLD_SECRET = "hunter2";
  const files = [secret("OLD", { env: "OLD_SECRET" }), secret("SEEN", { env: "OP_SERVICE_ACCOUNT_TOKEN" })];
  const all = await readSecrets(files, world(), KEY);
  const placed = (of: readonly DeliveredFile[]) => of.map(({ key, source }) => ({ path: key.slice(8), source }));
  const last = deliveredFiles(placed(files), "1:1", all, KEY);
  expect(Object.keys(last.marks)).toEqual(["OLD", "SEEN"]);
  delete process.env.OLD_SECRET;
  const now = [...files, secret("NEW", { env: "NOT_SET_ANYWHERE" })];
  const without = await readSecrets(now, world(), KEY);
  expect(without.problems).toEqual([]);
  expect(without.unseen.map(({ path }) => path)).toEqual(["secrets.OLD", "secrets.NEW"]);
  const stands = asDelivered(without, last);
  expect(stands).toEqual({ fingerprints: all.fingerprints, marks: all.marks });
  expect(deliveredFiles(placed(now), "1:1", { ...without, ...stands }, KEY)).toEqual(last);
});

test("the posture says where each is from, and no two sources read alike", () => {
  const sources: SecretSource[] = [
    { env: "A" },
    { file: "~/a/../b" },
    { keyring: "acme/npm" },
    { command: ["pass", "show", "acme/npm"] },
    { command: ["pass", "show acme/npm", "it's"] },
    { op: "op://a b/npm/token" },
    { sops: "x/../s.yaml#/npm" },
    { age: { file: "a.age", identity: "~/id" } },
    { age: { file: "a by b", identity: "c" } },
    { age: { file: "a", identity: "b by c" } },
    { encrypted: "ENCRYPTED" },
  ];
  expect(sources.map(describeSource)).toEqual([
    "env A",
    "file ~/b",
    "keyring acme/npm",
    "command pass show acme/npm",
    "command pass 'show acme/npm' 'it'\\''s'",
    "op op://a b/npm/token",
    "sops s.yaml#/npm",
    "age a.age by ~/id",
    "age 'a by b' by c",
    "age a by 'b by c'",
    "encrypted in the stack",
  ]);
  expect(sources.flatMap(filesOf)).toEqual(["~/a/../b", "x/../s.yaml", "~/id", "a.age", "c", "a by b", "b by c", "a"]);
});
