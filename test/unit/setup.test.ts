import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-setup-"));
  // A checkout whose pulumi only tells what it was started with.
  for (const name of ["bin", "setup"]) symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of [".cache", "fake"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "fake/pulumi"), "#!/bin/sh\nenv\nprintf 'ARGS=%s\\n' \"$*\"\n", { mode: 0o755 });
  writeFileSync(join(folder, "fake/pulumi-language-nodejs"), "", { mode: 0o755 });
  writeFileSync(join(folder, ".cache/tools.sh"), `PULUMI_BIN=${join(folder, "fake")}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the real pulumi would be started with: its environment, and ARGS. */
function started(args: string[], env: Record<string, string> = {}): Record<string, string> {
  const text = execFileSync(join(folder, "bin/pulumi"), args, {
    env: { PATH: process.env.PATH!, HOME: folder, ...env },
    encoding: "utf8",
  });
  return Object.fromEntries(
    text.split("\n").map((line) => [line.split("=", 1)[0]!, line.slice(line.indexOf("=") + 1)]),
  );
}

/** How a command of the set-up's shell library ends. */
function succeeds(script: string): boolean {
  try {
    execFileSync("bash", ["-euc", `. "$0"; ${script}`, join(ROOT, "setup/say.sh")], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("bin/pulumi hands every argument on, and keeps the state in the checkout", () => {
  const { ARGS, PULUMI_BACKEND_URL, PULUMI_HOME } = started(["up", "--stack", "acme"]);
  expect(ARGS).toBe("up --stack acme");
  expect(PULUMI_BACKEND_URL).toBe(`file://${folder}/.state?metadata=skip`);
  expect(PULUMI_HOME).toBe(`${folder}/.cache/home`);
});

test("the passphrase is made once, and for nobody else to read", () => {
  const file = started(["version"]).PULUMI_CONFIG_PASSPHRASE_FILE!;
  const first = readFileSync(file, "utf8");
  started(["version"]);
  expect(readFileSync(file, "utf8")).toBe(first);
  expect(first.trim().length).toBeGreaterThan(40);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a lost passphrase is not replaced behind the back of the stacks made with it", () => {
  started(["version"]);
  const stacks = join(folder, ".state/.pulumi/stacks/agent-sandbox");
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, "acme.json"), "{}");
  rmSync(join(folder, ".state/passphrase"));
  expect(() => started(["up"])).toThrow(/passphrase is gone/);
  expect(started(["up"], { PULUMI_CONFIG_PASSPHRASE: "mine" }).PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
});

test("what the person has set is left as it is", () => {
  const own = {
    PULUMI_BACKEND_URL: "s3://states",
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_HOME: join(folder, "own"),
    PULUMI_SKIP_UPDATE_CHECK: "false",
    NODE_COMPILE_CACHE: "/elsewhere",
  };
  const got = started(["up"], own);
  expect(got).toMatchObject(own);
  expect(got.PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
  expect(got.PULUMI_CREDENTIALS_PATH).toBeUndefined();
});

test("a login is honoured, and a logout leads back to local files", () => {
  expect(started(["login"]).PULUMI_BACKEND_URL).toBeUndefined();
  const credentials = join(folder, ".state/credentials.json");
  writeFileSync(credentials, '{\n  "current": "https://pulumi.example"\n}');
  expect(started(["up"]).PULUMI_BACKEND_URL).toBeUndefined();
  writeFileSync(credentials, '{\n  "current": ""\n}');
  expect(started(["up"]).PULUMI_BACKEND_URL).toBe(`file://${folder}/.state?metadata=skip`);
});

test("without a set-up, bin/pulumi says what to run", () => {
  rmSync(join(folder, ".cache/tools.sh"));
  expect(() => started(["up"])).toThrow(/make -C .* setup/);
});

test.each([
  ["22.18.0", "22.18", true],
  ["v24.21.0", "22.18", true],
  ["22.17.9", "22.18", false],
  ["20.20.2", "22.18", false],
  ["1.9", "1.26.0", false],
  ["1.27", "1.26.0", true],
  ["1.27rc1", "1.26.0", false],
])("version %s is at least %s: %s", (have, wanted, expected) => {
  expect(succeeds(`at_least ${have} ${wanted}`)).toBe(expected);
});

test("long work that fails ends the set-up with its own exit code", () => {
  expect(succeeds("waiting piece label true")).toBe(true);
  expect(succeeds("waiting piece label sh -c 'exit 3'")).toBe(false);
});

test("a client without a stack file is refused before any stack is made", () => {
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "");
  const stack = (...args: string[]) =>
    execFileSync(join(folder, "setup/stack.sh"), args, { encoding: "utf8", stdio: "pipe" });
  expect(() => stack("acm")).toThrow(/no stacks\/Pulumi.acm.yaml.*acme/s);
  expect(() => stack()).toThrow(/one of: acme/);
});
