import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { devcontainerFolder, removeDevcontainer, writeDevcontainer } from "./files.ts";

const ENGINE = { cli: "docker", host: "unix:///run/docker.sock" };
const SCRIPT = join(__dirname, "engine.sh");
const ID = "ab".repeat(32);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "devcontainer-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("a devcontainer is for this user alone, runs nothing here and can make nothing", () => {
  const own = writeDevcontainer(root, "acme", ENGINE);
  expect(own).toBe(devcontainerFolder(root, "acme"));
  expect(readdirSync(join(root, ".state/devcontainer"))).toEqual(["acme"]);
  const file = join(own, ".devcontainer/devcontainer.json");
  expect(
    [join(root, ".state/devcontainer"), own, join(own, ".devcontainer"), file, join(own, "engine")].map(mode),
  ).toEqual(["700", "700", "700", "600", "700"]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    name: "acme-agent",
    image: "nowhere.invalid/there-is-nothing-to-make",
    remoteUser: "dev",
    updateRemoteUserUID: false,
    overrideCommand: false,
    shutdownAction: "none",
    workspaceFolder: "/workspace",
    workspaceMount: "",
    userEnvProbe: "none",
    otherPortsAttributes: { onAutoForward: "ignore" },
  });
  expect(readFileSync(join(own, "engine"), "utf8")).toContain(
    `exec '${root}/cli/devcontainer/engine.sh' 'acme' 'docker' 'unix:///run/docker.sock' "$@"\n`,
  );
});

test("it is written anew each time, and a removal takes it whole", () => {
  const own = writeDevcontainer(root, "acme", ENGINE);
  writeFileSync(join(own, ".devcontainer/devcontainer.json"), '{"initializeCommand": "planted"}');
  writeDevcontainer(root, "acme", ENGINE);
  expect(readFileSync(join(own, ".devcontainer/devcontainer.json"), "utf8")).not.toContain("planted");
  expect(removeDevcontainer(root, "acme")).toBe(true);
  expect(removeDevcontainer(root, "acme")).toBe(false);
  expect(readdirSync(join(root, ".state/devcontainer"))).toEqual([]);
});

test.each(["'", "$", "`", "\n"])("a checkout below a folder with %j is refused, and nothing is written", (letter) => {
  const odd = join(root, `a${letter}b`);
  expect(() => writeDevcontainer(odd, "acme", ENGINE)).toThrow(/move the checkout$/);
  expect(readdirSync(root)).toEqual([]);
});

/** What the engine's client was called with after the words of a tool, and what the tool was told. */
function asked(words: string[], state = "running acme agent") {
  const bin = join(root, "bin");
  mkdirSync(bin);
  const client = [
    "#!/bin/sh",
    `case "$*" in *--format*) echo "${state} ${ID}"; exit ;; esac`,
    `printf '[%s]' "$@" >${root}/called`,
  ];
  writeFileSync(join(bin, "docker"), `${client.join("\n")}\n`, { mode: 0o755 });
  writeFileSync(join(root, "called"), "");
  const env = { PATH: [bin, process.env.PATH].join(delimiter), PLANTED: "secret" };
  const { status, stdout, stderr } = spawnSync(SCRIPT, ["acme", "docker", ENGINE.host, ...words], {
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr, called: readFileSync(join(root, "called"), "utf8") };
}

test.each([
  [["exec", "-i", "-u", "root", ID, "sh"], `[exec][--user][dev][-i][${ID}][sh]`],
  [["exec", "-u", "0:0", "acme-agent", "id", "-u"], `[exec][--user][dev][${ID}][id][-u]`],
  [
    ["exec", "-it", "-w", "/workspace", "-e", "A=b c", ID.slice(0, 12), "a", ""],
    `[exec][--user][dev][-it][-w][/workspace][-e][A=b c][${ID}][a][]`,
  ],
  [["inspect", "--type", "container", ID.slice(0, 12)], `[inspect][--type][container][${ID}]`],
  [["version", "--format", "{{.Server.Version}}"], ""],
])("a tool may %j, as dev and in this container", (words, called) => {
  const found = asked(words);
  expect([found.status, found.called]).toEqual([0, called]);
});

test("of all containers it finds this one, whatever it looks for", () => {
  expect(asked(["ps", "-q", "-a", "--filter", "label=devcontainer.local_folder=/srv/other"])).toEqual(
    expect.objectContaining({ status: 0, stdout: `${ID}\n`, called: "" }),
  );
});

test.each([
  [["exec", "-i", "globex-agent", "sh"]],
  [["exec", "-i", "cd".repeat(32), "sh"]],
  [["exec", "-i", "", "sh"]],
  [["exec", "-i", ID]],
  [["exec", "--privileged", ID, "sh"]],
  [["exec", "--user=root", ID, "sh"]],
  [["exec", "-uroot", ID, "sh"]],
  [["exec", "-e", "PLANTED", ID, "sh"]],
  [["exec", "--env-file", "/etc/passwd", ID, "sh"]],
  [["exec"]],
  [["exec", "-u"]],
  [["inspect", "--type", "image", ID]],
  [["inspect", "--type", "container", "globex-agent"]],
  [["inspect", "--type", "container", ID, "globex-agent"]],
  [["inspect", ID]],
  [["start", ID]],
  [["run", "--rm", "alpine"]],
  [["rm", "-f", ID]],
  [["build", "."]],
  [["buildx", "version"]],
  [["cp", "/etc/passwd", `${ID}:/tmp`]],
  [["--host", "unix:///other", "ps"]],
  [["-v", "run", "alpine"]],
  [[]],
])("a tool may not %j", (words) => {
  const found = asked(words);
  expect([found.status, found.stdout, found.called]).toEqual([3, "", ""]);
  expect(found.stderr).toMatch(/^agentbox: .+\n$/);
});

test.each(["exited acme agent", "running globex agent", "running acme gateway", "paused acme agent"])(
  "into what is %s nobody is led, and nothing is started",
  (state) => {
    for (const words of [
      ["ps", "-q"],
      ["inspect", "--type", "container", ID],
      ["exec", ID, "sh"],
    ]) {
      rmSync(join(root, "bin"), { recursive: true, force: true });
      const found = asked(words, state);
      expect([found.status, found.stdout, found.called]).toEqual([3, "", ""]);
      expect(found.stderr).toContain("acme does not run; `pulumi up --stack acme` brings it up");
    }
  },
);
