import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { agentWith } from "../test/inspected.ts";
import { carry } from "./adopt/carry.ts";
import { fromContainer } from "./adopt/container.ts";
import { namesOfScript, parseJsonc } from "./adopt/devcontainer.ts";
import { handMade } from "./adopt/hand-made.ts";

const ROOT = join(__dirname, "..");
/** A project without a stack, and beside it what somebody made by hand. */
let folder: string;
let made: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-adopt-"));
  made = mkdtempSync(join(tmpdir(), "agent-sandbox-made-"));
  for (const name of ["images", "policies"]) symlinkSync(join(ROOT, name), join(folder, name));
  mkdirSync(join(folder, "stacks"));
});
afterEach(() => {
  for (const one of [folder, made]) rmSync(one, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const path = join(made, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}
function adopt(...args: string[]) {
  const { NODE_COMPILE_CACHE } = process.env;
  const env = { PATH: process.env.PATH, HOME: folder, AGENT_SANDBOX_ROOT: folder, NODE_COMPILE_CACHE };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "cli/agentbox.ts"), "adopt", ...args], {
    ...{ cwd: folder, env, encoding: "utf8" },
  });
  return { status, stdout, stderr };
}
/** The keys of the stack file that came of it. */
const written = (client: string) => {
  const { config } = parse(readFileSync(join(folder, `stacks/Pulumi.${client}.yaml`), "utf8"));
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("agent-sandbox:", ""), value]));
};

const COMPOSE = `
x-rights: &rights {privileged: true, extra_hosts: ["db:10.0.0.9"], cgroup_parent: x}
services:
  db: {image: "registry.example:5000/postgres:17", volumes: ["data:/data"], ports: ["127.0.0.1:15432:5432"], environment: {PASSWORD: s3cret}}
  app:
    image: acme/claude-box
    <<: *rights
    cap_add: [NET_ADMIN]
    network_mode: host
    working_dir: /app/server
    command: rm -rf /
    volumes:
      - ./src:/app
      - {type: bind, source: ./docs, target: /docs, read_only: true}
      - /var/run/docker.sock:/var/run/docker.sock
      - ~/.claude:/root/.claude
      - data:/data
      - /:/host
    environment: [TZ=Europe/Berlin, "NPM_TOKEN=s3cret-one", "GREETING=ghp_s3cretTwo1234567890abcd", "WHERE=\${HOME}", USER_PASSWORD]
    env_file: .env
    ports: ["8080:80", "127.0.0.1:13000:3000", "5000-5003:5000-5003", "53:53/udp"]
    mem_limit: 2g
    cpus: 1.5
    dns: [10.0.0.53, 127.0.0.1]
`;

describe("a compose file", () => {
  test("becomes a stack file; what no sandbox has is left out, each with its reason, and no secret is repeated", () => {
    const file = write("compose.yaml", COMPOSE);
    const { status, stdout, stderr } = adopt(file, "--service", "app", "--name", "acme");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(written("acme")).toEqual({
      ...{ workspace: join(made, "src"), agents: ["claude"] },
      ports: ["13000:3000", "5000-5003"],
      environment: { TZ: "Europe/Berlin" },
      mounts: [{ host: join(made, "docs"), at: "/docs", mode: "ro" }],
      ...{ limits: { cpus: 1.5, memory: "2048MiB" }, resolvers: ["10.0.0.53"] },
    });
    for (const left of [
      "privileged: ",
      "capability NET_ADMIN: ",
      "network host: ",
      "command rm -rf /: ",
      "mount /var/run/docker.sock at /var/run/docker.sock: whoever has an engine's socket",
      "mount ~/.claude at /root/.claude: an agent has a home of its own; `credentials: {AGENT: {login: host}}`",
      "volume data at /data: ",
      "mount / at /host: it is this machine's own",
      "variable NPM_TOKEN: it looks like a secret, and its value is not copied; write secrets: {NPM_TOKEN: {env: NPM_TOKEN",
      "variable GREETING: it looks like a secret",
      "variable WHERE: its value comes from elsewhere",
      "variable USER_PASSWORD: it looks like a secret",
      "env_file .env: ",
      "port 8080:80, on 127.0.0.1 alone: it was open to other machines: ",
      "port 53:53/udp: the gateway forwards TCP alone",
      "resolver 127.0.0.1: 127.0.0.1 is the gateway itself",
      "service db: a container beside the agent is a helper: agent-sandbox:helpers: {db: {image: registry.example:5000/postgres@sha256:…, volume: /data, ports: [5432]}} (docs/helpers.md)",
      "host entry db:10.0.0.9: ",
      "key cgroup_parent: nothing of it is read here",
      "image acme/claude-box: ",
      "reaching every host: ",
    ])
      expect(stdout).toContain(`left out  ${left}`);
    const all = stdout + readFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "utf8");
    expect(all).not.toMatch(/s3cret/);
    expect(all).toContain(`# Written by agentbox adopt, of ${file}, service app.`);
  });

  test("is written over nothing, and with --print nowhere: the report goes beside what is printed", () => {
    const file = write("compose.yaml", COMPOSE);
    const { stdout, stderr } = adopt(file, "--service", "app", "--name", "acme", "--print");
    expect(parse(stdout).config["agent-sandbox:agents"]).toEqual(["claude"]);
    expect(stderr).toContain("left out  privileged: ");
    expect(existsSync(join(folder, "stacks/Pulumi.acme.yaml"))).toBe(false);
    writeFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "mine\n");
    expect(adopt(file, "--service", "app", "--name", "acme")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("stacks/Pulumi.acme.yaml is there already, and nothing is written over it"),
    });
    expect(readFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "utf8")).toBe("mine\n");
  });

  test.each([
    ["of several services", COMPOSE, [], /has several services; say which: --service db, --service app/],
    ["without that service", COMPOSE, ["--service", "x"], /has no service "x"; say which/],
    ["without services", "a: 1\n", [], /has no services; it is no compose file/],
    ["that is no YAML", "a: [\n", [], /compose\.yaml cannot be read: /],
    ["without a directory", "services: {a: {image: x}}", [], /name it: --workspace DIRECTORY/],
    [
      "with texts that steer a terminal",
      'services: {"a\\u001b[2J": {image: "x\\u001b[2J"}}',
      [],
      /--workspace DIRECTORY/,
    ],
  ])("%s is told in a sentence", (_what, text, more, why) => {
    const { status, stderr } = adopt(write("compose.yaml", text), "--name", "acme", ...more);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(why) });
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stderr).not.toContain("\u001b");
  });
});

describe("a devcontainer.json", () => {
  const JSONC = `{
    // Sandbox of acme.
    "name": "Claude Code", /* with a firewall */
    "build": {"dockerfile": "Dockerfile"},
    "runArgs": ["--cap-add=NET_ADMIN", "--cap-add", "NET_RAW"],
    "remoteUser": "node",
    "mounts": ["source=history-\${devcontainerId},target=/commandhistory,type=volume"],
    "containerEnv": {"NODE_OPTIONS": "--max-old-space-size=4096", "POWERLEVEL9K_DISABLE_GITSTATUS": "true", "URL": "http://not//a/comment"},
    "forwardPorts": [3000], "hostRequirements": {"cpus": 4},
    "workspaceMount": "source=\${localWorkspaceFolder},target=/workspace,type=bind,consistency=delegated",
    "workspaceFolder": "/workspace",
    "postStartCommand": "sudo /usr/local/bin/init-firewall.sh",
  }`;
  const SCRIPT = `#!/bin/bash
# Not this one: "commented.example"
gh_ranges=$(curl -s https://api.github.com/meta)
for domain in \\
    "statsig.anthropic.com" \\
    "api.anthropic.com" \\
    "sentry.io"; do
  ips=$(dig +noall +answer A "$domain" | awk '$4 == "A" {print $5}')
done
source /etc/init.sh
`;

  test("becomes a stack file with the names that its firewall lets through", () => {
    write(".devcontainer/init-firewall.sh", SCRIPT);
    const { status, stdout, stderr } = adopt(write(".devcontainer/devcontainer.json", JSONC), "--name", "acme");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(written("acme")).toMatchObject({
      ...{ workspace: made, agents: ["claude"], ports: [3000] },
      egress: { allow: expect.arrayContaining(["statsig.anthropic.com", "sentry.io"]) },
      environment: { URL: "http://not//a/comment" },
    });
    for (const left of [
      "capability NET_ADMIN: ",
      "capability NET_RAW: ",
      "build: ",
      "key hostRequirements: ",
      "postStartCommand: a sandbox idles",
    ])
      expect(stdout).toContain(`left out  ${left}`);
    expect(stdout).not.toContain("reaching every host");
  });

  test("has its strings read as strings, and names of its script as names", () => {
    expect(parseJsonc('{"a": "// no, /* no */", /* yes */ "b": [1, 2, ], // yes\n}')).toEqual({
      a: "// no, /* no */",
      b: [1, 2],
    });
    expect(namesOfScript(SCRIPT)).toEqual([
      "api.anthropic.com",
      "api.github.com",
      "sentry.io",
      "statsig.anthropic.com",
    ]);
  });
});

test("a policy of services and domains is named, and read where it lies", () => {
  const file = write("policy.yaml", "services: [github]\ndomains: [docs.acme.example]\n");
  const workspace = join(made, "work");
  mkdirSync(workspace);
  expect(adopt(file, "--name", "acme", "--workspace", workspace)).toMatchObject({ status: 0 });
  expect(written("acme")).toEqual({ workspace, egress: { from: [file] } });
});

test("no value of a variable that looks like a secret is in what comes of it, whatever it is called", async () => {
  const chance = fc.stringMatching(/^[A-Za-z0-9]{24,40}$/).filter((text) => /\d/.test(text) && /[A-Za-z]/.test(text));
  const value = fc.oneof(
    chance,
    chance.map((text) => `postgres://app:${text}@db/app`),
    chance.map((text) => `sk-ant-${text}`),
  );
  const name = fc.constantFrom("API_KEY", "NPM_TOKEN", "X", "ANTHROPIC_API_KEY", "a b");
  await fc.assert(
    fc.asyncProperty(value, name, async (value, name) => {
      const one = found();
      const env = [`${name}=${value}`, "TZ=UTC", "PATH=/bin"];
      const told = fromContainer("box", { ...one, Config: { ...one.Config, Env: env } }, ["PATH=/bin"]);
      const adopted = await carry(
        [told],
        [{ name: "claude", keys: ["ANTHROPIC_API_KEY"] }],
        "/srv/acme",
        async () => [],
      );
      expect(adopted.config.environment).toEqual({ TZ: "UTC" });
      expect(JSON.stringify(adopted)).not.toContain(value);
    }),
  );
});

test("a wish that is refused goes, with the reason, until what is left is whole", async () => {
  const wishes = { ...handMade("box"), names: ["a.example", "bad", "b.example"], resolvers: ["1.1.1.1"] };
  const judge = async ({ egress }: Record<string, unknown>) => {
    const at = (egress as { allow: string[] }).allow.indexOf("bad");
    return at < 0 ? [] : [{ path: `egress.allow[${at}]`, message: "is bad" }];
  };
  const adopted = await carry([wishes], [], "/srv/acme", judge);
  expect(adopted.config.egress).toEqual({ allow: ["a.example", "b.example"] });
  expect(adopted.left).toContainEqual({ what: "name bad", why: "is bad" });
  await expect(
    carry([wishes], [], "/srv/acme", async () => [{ path: "profile", message: "is wrong" }]),
  ).rejects.toThrow("no stack file comes of it:");
});

const { found } = agentWith();
