import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseDocument } from "yaml";
import { BootstrapError, planBase } from "./base.ts";
import { describeBump, planBumps, writeBumps } from "./bump.ts";
import { candidates, type Entry } from "./choose.ts";
import { listPackage, RegistryError } from "./registry.ts";

const CUTOFF = "2026-11-18T12:00:00Z";
const sri = (letter: string) => `sha512-${letter.repeat(86)}==`;
const locked = (version: string, name = "bot") => ({
  package: name,
  version,
  integrity: sri("A"),
  released: "2026-01-01",
});
const old = "2026-11-01T00:00:00Z";
const versions = (entry: Entry, released: Record<string, string>, latest?: string) =>
  candidates(entry, { bot: { released, ...(latest && { latest }) } }, CUTOFF).map(({ version }) => version);

describe("an entry is raised", () => {
  test("to the newest release that is old enough, by its numbers", () => {
    const released = { "1.9.0": old, "1.10.0": old, "1.11.0": "2026-11-18T12:00:01Z", "0.9.0": old };
    expect(versions({ any: locked("1.8.0") }, released)).toEqual(["1.10.0", "1.9.0"]);
  });

  test("never to a preview, nor above what its publisher calls the latest", () => {
    const released = { "2.0.0-beta.1": old, "1.9.0": old, "2.0.0": old };
    expect(versions({ any: locked("1.8.0") }, released, "1.9.0")).toEqual(["1.9.0"]);
    expect(versions({ any: locked("1.9.0") }, released, "1.8.0")).toEqual([]);
  });

  test("within its major version, where the lock says so", () => {
    const released = { "24.3.0": old, "26.0.0": old };
    expect(versions({ keep: "major", any: locked("24.2.0") }, released)).toEqual(["24.3.0"]);
    expect(versions({ any: locked("24.2.0") }, released)).toEqual(["26.0.0", "24.3.0"]);
  });

  test("for the platforms that have the release; one that lags keeps its version, and it is said", () => {
    const entry: Entry = { "linux-x64": locked("1.0.0-linux-x64"), "linux-arm64": locked("1.0.0-linux-arm64") };
    const released = { "1.1.0": old, "1.1.0-linux-x64": old, "1.0.5-linux-arm64": old, "1.1.0-darwin-x64": old };
    const [newest, second] = candidates(entry, { bot: { released } }, CUTOFF);
    expect(newest).toEqual({
      version: "1.1.0",
      slots: [{ slot: "linux-x64", package: "bot", version: "1.1.0-linux-x64", released: old }],
      lagging: [{ slot: "linux-arm64", version: "1.0.0-linux-arm64" }],
    });
    expect(second).toMatchObject({ version: "1.0.5" });
    expect(describeBump({ name: "bot", from: entry, to: newest!, passed: [] })).toEqual([
      "bot  linux-x64  1.0.0 (2026-01-01) → 1.1.0 (2026-11-01)",
      "bot  linux-arm64 stays at 1.0.0: the registry has no 1.1.0 for it",
    ]);
  });
});

describe("with a registry", () => {
  let project: string;
  const path = process.env.PATH;
  const read = (file: string) => readFileSync(join(project, file), "utf8");

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "agent-sandbox-bump-test-"));
    cpSync("images", join(project, "images"), { recursive: true });
    mkdirSync(join(project, "bin"));
    process.env.PATH = [join(project, "bin"), path].join(delimiter);
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(project, { recursive: true, force: true });
  });

  /** An npm that knows these packages; what it was asked is in `asked`. */
  function npm(
    packages: Record<string, { versions: Record<string, object>; latest?: string }>,
    install = "exit 1",
  ): void {
    writeFileSync(join(project, "packages.json"), JSON.stringify(packages));
    writeFileSync(
      join(project, "bin/npm"),
      `#!/bin/sh
echo "$*" >>${project}/asked
if [ "$1" = install ]; then ${install}; exit; fi
exec node -e '
  const packages = JSON.parse(require("fs").readFileSync("${project}/packages.json"));
  const [, name, version] = /^(@?[^@]+)(?:@(.*))?$/.exec(process.argv[1]);
  const found = packages[name];
  if (!found) { console.log(JSON.stringify({ error: { code: "E404", summary: "Not Found - " + name } })); process.exit(1); }
  const times = Object.fromEntries(Object.entries(found.versions).map(([version, { time }]) => [version, time ?? "${old}"]));
  console.log(JSON.stringify(version
    ? { name, version, "dist.integrity": "${sri("B")}", ...found.versions[version] }
    : { name, "dist-tags": { latest: found.latest }, versions: Object.keys(found.versions), time: times }));
' "$2"
`,
    );
    chmodSync(join(project, "bin/npm"), 0o755);
  }

  const bump = (...names: string[]) => planBumps(project, names, CUTOFF);
  const GEMINI = "@google/gemini-cli";
  const PI = "@earendil-works/pi-coding-agent";

  test("only the entry's own lines of the lock change: comments, order and all else stay", async () => {
    npm({ [GEMINI]: { versions: { "0.99.0": {} }, latest: "0.99.0" } });
    const before = read("images/lock.yaml");
    const { bumps, files } = await bump("gemini");
    expect(read("images/lock.yaml")).toBe(before);
    writeBumps(project, files);
    const [was, is] = [before.split("\n"), read("images/lock.yaml").split("\n")];
    expect(is.length).toBe(was.length);
    expect(is.filter((line, index) => line !== was[index]).map((line) => line.trim())).toEqual([
      "version: 0.99.0",
      `integrity: ${sri("B")}`,
      "released: 2026-11-01",
    ]);
    expect(bumps.flatMap(describeBump)).toEqual([
      expect.stringMatching(/^gemini {2}\S+ \(\S+\) → 0\.99\.0 \(2026-11-01\)$/),
    ]);
  });

  test("a slip in what is to be raised is told by file, key path and fix, without a stack trace", async () => {
    npm({ [GEMINI]: { versions: { "0.99.0": {} } } });
    const slip = (file: string, from: string, to: string) =>
      writeFileSync(join(project, file), read(file).replace(from, to));
    slip("images/agents/claude.yaml", "description:", "desciption:");
    await expect(bump("gemini")).rejects.toThrow(
      /^images\/agents\/claude\.yaml\n {2}desciption +is not a key here\. Did you mean "description"\?/,
    );
    slip("images/lock.yaml", "suite:", "siute:");
    const wrong = /^images\/lock\.yaml\n {2}base\.siute +is not a key here\. Did you mean "suite"\?/;
    await expect(bump("gemini")).rejects.toThrow(wrong);
    await expect(planBase(project, "linux-x64", new Date())).rejects.toThrow(wrong);
    const env = { ...process.env, AGENT_SANDBOX_ROOT: project };
    const { status, stderr } = spawnSync("node", ["cli/agentbox.ts", "bump", "--check"], { env, encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        /^agentbox: images\/lock\.yaml\n.*Did you mean "suite"\?\n1 problem; nothing was changed\.\n$/,
      ),
    });
  });

  test("what a registry says that no lock can hold is told at its key, and not written", async () => {
    npm({ [GEMINI]: { versions: { "0.99.0": { "dist.integrity": "sha512-x" } } } });
    await expect(bump("gemini")).rejects.toThrow(
      /^images\/lock\.yaml\n {2}packages\.gemini\.any\.integrity +"sha512-x" is not a sha512 integrity/,
    );
  });

  test("of a folder whose package.json is torn it is told which one", async () => {
    npm({ [PI]: { versions: { "0.99.0": {} }, latest: "0.99.0" } });
    writeFileSync(join(project, "images/agents/pi/package.json"), "{");
    await expect(bump("pi")).rejects.toThrow(
      /^images\/agents\/pi\/package\.json\n +the file is not JSON: .*\. Mend it\n/,
    );
  });

  test("a deprecated release is passed over, with what its publisher said", async () => {
    npm({ [GEMINI]: { versions: { "0.99.0": { deprecated: "leaks" }, "0.98.0": {} } } });
    const { bumps } = await bump("gemini");
    expect(bumps.flatMap(describeBump)).toEqual([
      "gemini  0.99.0 passed over: deprecated: leaks",
      expect.stringMatching(/→ 0\.98\.0/),
    ]);
  });

  test("an agent that npm installs is raised with its folder, and nothing in it is younger", async () => {
    npm(
      { [PI]: { versions: { "0.99.0": {} } } },
      `grep -q '"${PI}": "0.99.0"' package.json && echo '{"packages": {}}' >package-lock.json`,
    );
    const { files } = await bump("pi");
    expect(Object.keys(files).sort()).toEqual([
      "images/agents/pi/package-lock.json",
      "images/agents/pi/package.json",
      "images/lock.yaml",
    ]);
    expect(read("asked")).toMatch(/^install .*--ignore-scripts .*--before=2026-11-18T12:00:00Z/m);
  });

  test("a release that the registry has not all of is passed over", async () => {
    npm(
      { [PI]: { versions: { "0.99.0": {} } } },
      `echo '{"error": {"code": "ETARGET", "summary": "No matching version found for chord@0.99.0. More."}}'; exit 1`,
    );
    const { bumps, files } = await bump("pi");
    expect(files).toEqual({});
    expect(bumps.flatMap(describeBump)[0]).toMatch(
      /^pi {2}0\.99\.0 passed over: .*No matching version found for chord@0\.99\.0$/,
    );
  });

  test("when the registry fails for one of them, nothing is changed", async () => {
    npm({ [GEMINI]: { versions: { "0.99.0": {} } } });
    const before = read("images/lock.yaml");
    await expect(bump("gemini", "claude")).rejects.toThrow(RegistryError);
    await expect(bump("gemini", "claude")).rejects.toThrow(/claude-code-linux-x64: Not Found/);
    expect(read("images/lock.yaml")).toBe(before);
  });

  test.each<[string, string, RegExp]>([
    [
      "a page",
      "echo '<html>login</html>'",
      /says "<html>login<\/html>", which is no answer of a package registry\. See /,
    ],
    ["half an answer", 'printf \'{"versions": ["1.0\'', /says "\{\\"versions.*", which is no answer/],
    ["other data", "echo '{\"versions\": 1}'", /which is no answer of a package registry/],
    ["nothing", "exit 0", /^the registry has no @google\/gemini-cli$/],
    [
      "a failure without words",
      "echo '{\"error\": {}}'; exit 1",
      /^npm view @google\/gemini-cli: it ended with status 1/,
    ],
  ])("that answers with %s is told in one sentence", async (_what, script, message) => {
    writeFileSync(join(project, "bin/npm"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const failure = await bump("gemini").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RegistryError);
    expect((failure as RegistryError).message).toMatch(message);
    expect((failure as RegistryError).message).not.toContain("\n");
  });

  test("a warning before its answer is no part of it", async () => {
    writeFileSync(
      join(project, "bin/npm"),
      `#!/bin/sh\necho 'npm warn config'; echo '{"versions": "1.0.0", "time": {"1.0.0": "${old}"}}'\n`,
      {
        mode: 0o755,
      },
    );
    expect(await listPackage(GEMINI)).toEqual({ released: { "1.0.0": old } });
  });

  test("that gives no answer is not waited for for ever", async () => {
    writeFileSync(join(project, "bin/npm"), "#!/bin/sh\nexec sleep 30\n", { mode: 0o755 });
    await expect(listPackage(GEMINI, 0.2)).rejects.toThrow(
      /^npm view @google\/gemini-cli: no answer in 0\.2 s\. See whether/,
    );
  });

  test("without npm it says so", async () => {
    process.env.PATH = join(project, "bin");
    await expect(bump("gemini")).rejects.toThrow(/npm is not on PATH/);
  });
});

describe("the base", () => {
  let project: string;
  const path = process.env.PATH;
  const lock = () => readFileSync(join(project, "images/lock.yaml"), "utf8");
  const day = new Date("2026-12-24T18:00:00Z");

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "agent-sandbox-bump-test-"));
    cpSync("images", join(project, "images"), { recursive: true });
    mkdirSync(join(project, "bin"));
    writeFileSync(join(project, "bin/apt-get"), "#!/bin/sh\n", { mode: 0o755 });
    process.env.PATH = [join(project, "bin"), path].join(delimiter);
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(project, { recursive: true, force: true });
  });

  /** A distribution in this state. */
  function distribution(state: string): void {
    const script = `#!/bin/bash
for word; do case $word in
  *.tar) cd "$(mktemp -d)"; mkdir -p etc/apt; touch etc/apt/sources.list; echo "${state} $SOURCE_DATE_EPOCH" >state
    tar --sort=name --mtime=@0 --owner=0 --group=0 -cf "$word" . ;;
esac; done
`;
    writeFileSync(join(project, "bin/mmdebstrap"), script, { mode: 0o755 });
  }

  test("is taken from the distribution as it is today, once: then it is the newest", async () => {
    distribution("new");
    const before = lock();
    const { to, files } = await planBase(project, "linux-x64", day);
    expect(lock()).toBe(before);
    writeBumps(project, files);
    const changed = lock()
      .split("\n")
      .filter((line) => !before.split("\n").includes(line));
    expect(changed.map((line) => line.trim())).toEqual([
      `epoch: ${Date.parse("2026-12-24") / 1000}`,
      `linux-x64: ${to}`,
    ]);
    expect(await planBase(project, "linux-x64", day)).toEqual({ from: to, to, files: {} });
    distribution("newer");
    expect((await planBase(project, "linux-x64", day)).to).not.toBe(to);
  });

  test("that cannot be bootstrapped is told with what the bootstrap said", async () => {
    writeFileSync(join(project, "bin/mmdebstrap"), "#!/bin/sh\necho 'no mirror answers' >&2\nexit 1\n", {
      mode: 0o755,
    });
    await expect(planBase(project, "linux-x64", day)).rejects.toThrow(BootstrapError);
    await expect(planBase(project, "linux-x64", day)).rejects.toThrow(/no mirror answers/);
  });
});

test("the lock is written as the bump writes it: a bump makes no other change", () => {
  const text = readFileSync("images/lock.yaml", "utf8");
  expect(parseDocument(text).toString({ lineWidth: 0 })).toBe(text);
});
