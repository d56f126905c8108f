import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { socketOf } from "../../../host/handover.ts";
import type { Run } from "../engine.ts";
import { eventually, useProject } from "../harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme");
const [sources, stores] = [join(project.folder, "sources"), join(project.folder, "stores")];
/** So many, and so large, that a delivery takes a while. */
const NAMES = Array.from({ length: 8 }, (_, number) => `LARGE_${number}`);
const LENGTH = 900_000;
const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
const volume = () => engine.inspect(`${acme.name}-secrets`).then(({ Mountpoint }) => Mountpoint as string);

/** Gives every source another value: `first LARGE_0 xxx…`. */
function rotate(version: string): void {
  for (const name of NAMES)
    writeFileSync(join(sources, name), `value-${version} ${name} `.padEnd(LENGTH, "x"), { mode: 0o600 });
}

/** What lies in the sandbox, by name: which version it is, and how long. */
async function delivered(): Promise<Record<string, string>> {
  const { stdout } = await acme.exec(
    'cd /run/secrets && for f in LARGE_*; do echo "$f $(head -c 30 $f | cut -d" " -f1,2) $(stat -c "%s %A %u" $f)"; done',
  );
  return Object.fromEntries(
    stdout.split("\n").flatMap((line) => (line ? [line.split(/ (.*)/, 2)] : [])) as [string, string][],
  );
}
const whole = (version: string) =>
  Object.fromEntries(NAMES.map((name) => [name, `value-${version} ${name} ${LENGTH} -r-------- 1000`]));

/** All of one version, and nothing is left of what went wrong: in the volume, on the engine, beside the project. */
async function expectWhole(version: string): Promise<void> {
  expect(await delivered()).toEqual(whole(version));
  expect((await acme.exec("find /run/secrets -mindepth 1 -name '.*'")).stdout).toBe("");
  const { containers } = await engine.residue(acme.name);
  expect(containers).toEqual([acme.agent, acme.gateway, acme.lock].sort());
  expect(existsSync(socketOf(acme.name, project.folder))).toBe(false);
}
function expectRefused({ code, text }: Run, says: RegExp): void {
  expect({ code: code !== 0, text }).toEqual({ code: true, text: expect.stringMatching(says) });
  expect(text).not.toMatch(/value-|\n\s+at /);
}

/** The container that delivers, as soon as it runs. */
async function deliverer(): Promise<string> {
  const find = () =>
    engine
      .residue(acme.name)
      .then(({ containers }) => containers.find((name) => name.startsWith(`${acme.name}-deliver-`)));
  const found = await eventually(find, (name) => name !== undefined);
  return found as string;
}

const secrets = Object.fromEntries(NAMES.map((name) => [name, { file: join(sources, name) }]));

beforeAll(async () => {
  for (const folder of [sources, stores]) mkdirSync(folder, { mode: 0o700 });
  acme.shell = { PATH: `${stores}:${process.env.PATH}` };
  acme.write({ secrets });
  rotate("first");
  await acme.mustUp();
});

test("many large secrets are delivered whole", async () => {
  await expectWhole("first");
});

test.each(["comes in", "is put in place"])(
  "a delivery that is cut while it %s is told, no file is half, and the next `up` heals it",
  async (when) => {
    const version = when.replaceAll(" ", "-");
    rotate(version);
    const before = await delivered();
    const { done } = await acme.start("up", "--yes", "--skip-preview");
    const name = await deliverer();
    if (when === "is put in place") await acme.exec("until ls /run/secrets/.next.* >/dev/null 2>&1; do :; done");
    await engine.ask("kill", name);
    expectRefused(await done, /deliver/);
    const after = await delivered();
    for (const [name, one] of Object.entries(after)) expect([before[name], whole(version)[name]]).toContain(one);
    await acme.mustUp();
    await expectWhole(version);
  },
);

test("a pulumi that is killed as it delivers leaves nothing that the next `up` does not mend", async () => {
  rotate("killed");
  const { done } = await acme.start("up", "--yes", "--skip-preview");
  await deliverer();
  await engine.must(["pkill", "-KILL", "-f", `^[^ ]+/pulumi up --stack ${acme.name} `]);
  expect((await done).code).not.toBe(0);
  await acme.mustUp();
  await eventually(
    () => engine.residue(acme.name),
    ({ containers }) => containers.length === 3,
  );
  await expectWhole("killed");
});

test("a volume that is full is told, and an `up` with room heals it", async () => {
  const place = await volume();
  rotate("full");
  await engine.must([...asRoot, "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place]);
  const { code, text } = await acme.up();
  await engine.must([...asRoot, "umount", place]);
  expectRefused({ code, text, stdout: "", stderr: "" }, /No space left on device/);
  expect(await delivered()).toEqual(whole("killed"));
  await acme.mustUp();
  await expectWhole("full");
});

test("files of another owner, of other modes and of another content are seen, and are as they were after an `up --refresh`", async () => {
  const place = await volume();
  const spoil =
    "chown 4321:4321 LARGE_0 . && chmod 0666 LARGE_1 && chmod 0777 . && rm LARGE_2 && mkdir LARGE_2 && echo x >LARGE_3 && ln -sf /etc/passwd LARGE_4 && mkfifo .next.x";
  await engine.must([...asRoot, "bash", "-c", `cd '${place}' && ${spoil}`]);
  await acme.mustUp("--refresh");
  await expectWhole("full");
  expect((await acme.exec("stat -c '%a %u' /run/secrets")).stdout).toBe("500 1000\n");
});

test("a source that is gone between the preview and the up stops that, and nothing is changed", async () => {
  const script = join(stores, "once");
  writeFileSync(script, `#!/bin/sh\ncat '${sources}/once' && rm '${sources}/once'\n`, { mode: 0o755 });
  writeFileSync(join(sources, "once"), "value-once", { mode: 0o600 });
  acme.write({ secrets: { ...secrets, ONCE: { command: ["once"] } } });
  expectRefused(await acme.pulumi("up", ["--yes"]), /secrets\.ONCE .*once ended with status 1; see that it prints/);
  await expectWhole("full");
  writeFileSync(join(sources, "once"), "value-once", { mode: 0o600 });
  await acme.mustUp();
  expect((await acme.exec("cat /run/secrets/ONCE")).stdout).toBe("value-once");
});

test("a command that hangs, a keyring that is locked and a file that is gone are told at once, by key, and nothing is changed or left", async () => {
  writeFileSync(join(stores, "hang"), `#!/bin/sh\necho value-hang\nsleep 739 &\nexec sleep 739\n`, { mode: 0o755 });
  writeFileSync(
    join(stores, "secret-tool"),
    "#!/bin/sh\necho 'Cannot create an item in a locked collection' >&2\nexit 1\n",
    { mode: 0o755 },
  );
  renameSync(join(sources, "LARGE_5"), join(sources, "away"));
  acme.write({ secrets: { ...secrets, HANGS: { command: ["hang"] }, LOCKED: { keyring: "acme/npm" } } });
  const refused = await acme.up();
  for (const said of [
    /secrets\.HANGS +hang gave no answer in 5 s; see that it prints the value, and nothing else, without a question/,
    /secrets\.LOCKED +secret-tool ended with status 1; unlock the keyring, or store it: secret-tool store /,
    /secrets\.LARGE_5 +\S+ does not exist; create it, or name another source/,
    /3 problems; nothing was changed/,
  ])
    expectRefused(refused, said);
  expect(await engine.must(["bash", "-c", "pgrep -fx 'sleep 739' || true"])).toBe("");
  expect((await delivered()).LARGE_5).toBe(whole("full").LARGE_5);
  renameSync(join(sources, "away"), join(sources, "LARGE_5"));
  rmSync(join(stores, "secret-tool"));
  acme.write({ secrets });
  await acme.mustUp();
  await expectWhole("full");
});

test("variables that a person's shell may have change nothing", async () => {
  rotate("odd");
  const long = join(project.folder, "t".repeat(120));
  mkdirSync(long);
  const odd = {
    ...{
      PATH: `.::${stores}:${process.env.PATH}:`,
      IFS: "/",
      LANG: "tr_TR.UTF-8",
      LC_ALL: "xx_YY",
      TERM: "",
      CDPATH: "/tmp:/",
    },
    ...{ TMPDIR: long, TMUX: "/tmp/x,1,0", SSH_AUTH_SOCK: "/nowhere", SSH_CONNECTION: "1 2 3 4", POSIXLY_CORRECT: "1" },
    ...{
      BASH_ENV: "/nowhere",
      ENV: "/nowhere",
      PERL5OPT: "-w",
      GREP_OPTIONS: "-v",
      TAR_OPTIONS: "-v",
      TZ: "Nowhere/None",
      COLUMNS: "1",
    },
  };
  const { code, text } = await acme.pulumi("up", ["--yes", "--skip-preview"], odd);
  expect([code, text]).toEqual([0, expect.not.stringContaining("value-")]);
  await expectWhole("odd");
});

test("a folder of settings whose name is too long for a socket is told, and what is there stays", async () => {
  const long = join(project.folder, "c".repeat(120));
  rotate("long");
  expectRefused(
    await acme.pulumi("up", ["--yes", "--skip-preview"], { XDG_CONFIG_HOME: long }),
    /is too long for a socket's name; set XDG_CONFIG_HOME to a shorter folder/,
  );
  await expectWhole("odd");
});
