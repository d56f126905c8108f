import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Run } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const STACK_TRACE = /^\s+at .*[:(]\d+|node:internal|Error: .*\n\s+at /m;
const NOTHING = { containers: [], networks: [], volumes: [] };
const careful = project.client("careful", { egress: { allow: ["allowed.test"] } });

beforeAll(() => careful.mustUp());

/** Key, what a person wrote, and what the sentence about it must hold: where, what was given, what to do. */
const slips: [path: string, key: string, value: unknown, says: (string | RegExp)[]][] = [
  ["egres", "egres", { allow: [] }, ["is not a key", 'Did you mean "egress"']],
  ["workspace", "workspace", "/nowhere/at/all", ["/nowhere/at/all does not exist", "create it"]],
  ["agents", "agents", ["shel"], ['"shel"', 'Did you mean "shell"']],
  ["profile", "profile", "standart", ['"standart"', "standard, lockdown, offline, web", 'Did you mean "standard"']],
  [
    "egress.allow[0]",
    "egress",
    { allow: ["allowed"], host: [2375] },
    ['"allowed" is not a service or a host name', "All services: agentbox services"],
  ],
  // Without a workspace nothing is planned, and what the walls say of the words is told all the same.
  ["egress.host[0]", "egress", { allow: ["allowed"], host: [2375] }, ["Docker's API", "(guardrail no-root-port)"]],
  ["ports", "ports", ["80-90"], ['"80-90"', "from 1024 to 65535"]],
  [
    "limits.cpus",
    "limits",
    { memory: "8GB", cpus: 0.001 },
    ["0.001 is less than 0.01, the least that engines give", "4 or 0.5"],
  ],
  ["limits.memory", "limits", { memory: "8GB", cpus: 0.001 }, ['"8GB" is not a size', "512MiB or 8GiB"]],
  ["secrets.TOKEN", "secrets", { TOKEN: "hunter2hunter2" }, ["{env: NAME}"]],
  ["mounts[0].mode", "mounts", [{ host: "/srv", at: "/x", mode: "rx" }], ['"rx"', "ro, rw"]],
  ["resolvers[0]", "resolvers", ["dns.example"], ['"dns.example" is not an IPv4 address', "10.0.0.53"]],
];

describe("a stack file with slips", () => {
  let result: Run;
  const acme = project.client("acme");

  beforeAll(async () => {
    acme.write(Object.fromEntries(slips.map(([, key, value]) => [key, value])));
    result = await acme.up();
  });

  test("fails, names the file, counts the problems and says that nothing was changed", () => {
    expect(result.code).not.toBe(0);
    expect(result.text).toContain(acme.file);
    expect(result.text).toMatch(/\d+ problems; nothing was changed\./);
  });

  test.each(slips)("is told at %s", (path, _key, _value, says) => {
    const line =
      result.text
        .split("\n")
        .find((text) => text.trimStart().startsWith(`${path} `) || text.trimStart().startsWith(`${path}[`)) ?? "";
    for (const part of says)
      expect(line).toMatch(typeof part === "string" ? new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : part);
  });

  test("shows no stack trace, and no value that may be a secret", () => {
    expect(result.text).not.toMatch(STACK_TRACE);
    expect(result.text).not.toContain("hunter2");
  });

  test("touches nothing on the engine", async () => {
    expect(await engine.residue(acme.name)).toEqual(NOTHING);
    acme.forget();
  });
});

describe("a mistake", () => {
  const roots = mkdtempSync(join(tmpdir(), "agent-sandbox-test-of-root-"));
  afterAll(() => rmSync(roots, { recursive: true }));

  test.each<[string, Record<string, unknown>, RegExp[]]>([
    ["no workspace at all", { workspace: undefined }, [/^ +workspace +is missing.*~\/projects\//m]],
    [
      "the home directory as workspace",
      { workspace: "~" },
      [/^ +workspace .*(home directory|belongs to root|system)/m],
    ],
    [
      "the engine's socket as a mount",
      { mounts: [{ host: "/var/run", at: "/engine" }] },
      [/^ +mounts.*(socket|system)/m],
    ],
    [
      "something open while offline",
      { profile: "offline", egress: { allow: ["allowed.test"] } },
      [/^ +egress\.allow .*offline/m],
    ],
    [
      "several at once",
      {
        workspace: roots,
        egress: { allow: [{ host: "*.acme.example", ports: [22] }, "45.67.89.10"] },
        credentials: { claude: { login: "host" } },
      },
      [
        /^ +workspace .*belongs to root.*chown/m,
        /^ +egress\.allow\[0\].* .*only 80 and 443/m,
        /^ +egress\.allow\[1\].* is an address, not a name.*egress\.lan/m,
        /^ +credentials\.claude .*is not an agent of this sandbox/m,
      ],
    ],
  ])("like %s is refused with the key path and the way out, and nothing is touched", async (_name, config, says) => {
    const before = await careful.running();
    careful.write(config);
    const { code, text } = await careful.up();
    expect(code).not.toBe(0);
    expect(text).toContain(careful.file);
    for (const sentence of says) expect(text).toMatch(sentence);
    expect(text).not.toMatch(STACK_TRACE);
    expect(await careful.running()).toEqual(before);
  });

  test("in the YAML itself is told with its line, and nothing is touched", async () => {
    const before = await careful.running();
    careful.write({});
    const good = readFileSync(careful.path, "utf8");
    appendFileSync(careful.path, "\n  : [broken\n");
    const { code, text } = await careful.up();
    writeFileSync(careful.path, good);
    expect(code).not.toBe(0);
    expect(text).toMatch(/invalid YAML.*line \d+/);
    expect(await careful.running()).toEqual(before);
  });

  test("like a wrong passphrase is told as that, and nothing is touched", async () => {
    const before = await careful.running();
    const { code, text } = await careful.pulumi("up", ["--yes", "--skip-preview"], {
      PULUMI_CONFIG_PASSPHRASE: "another",
    });
    expect(code).not.toBe(0);
    expect(text).toMatch(/passphrase/i);
    expect(await careful.running()).toEqual(before);
  });

  test("like an engine that is not there is told with its address and what to do", async () => {
    careful.write({ egress: { allow: ["allowed.test"] } });
    const before = await careful.running();
    const { code, text } = await careful.pulumi("up", ["--yes", "--skip-preview"], {
      DOCKER_HOST: `unix://${project.folder}/no.sock`,
    });
    expect(code).not.toBe(0);
    expect(text).toContain(`no engine answers at unix://${project.folder}/no.sock`);
    expect(text).toMatch(/start it|DOCKER_HOST/i);
    expect(text).not.toMatch(STACK_TRACE);
    expect(await careful.running()).toEqual(before);
  });
});

describe("what would break a running client", () => {
  /** A preview of `careful`, which has to fail before anything is touched. */
  const refused = async (config: Record<string, unknown>) => {
    const before = await careful.running();
    careful.write(config);
    const { code, text } = await careful.up();
    careful.write({ egress: { allow: ["allowed.test"] } });
    expect(code).not.toBe(0);
    expect(text).toMatch(/problems?; nothing was changed\./);
    expect(text).not.toMatch(STACK_TRACE);
    expect(await careful.running()).toEqual(before);
    return text;
  };

  test("a port that a container has, and one that a program listens on, are told with who has them", async () => {
    const [ofContainer, ofProgram] = [await freePort(), await freePort()];
    const name = `${careful.name}-other`;
    const image = (await engine.inspect(careful.agent)).Config.Image;
    await engine.ask(
      "run",
      "-d",
      "--rm",
      "--name",
      name,
      "-p",
      `${ofContainer}:80`,
      "--entrypoint",
      "sleep",
      image,
      "60",
    );
    const server = createServer().listen(ofProgram, "127.0.0.1");
    try {
      const text = await refused({ ports: [ofContainer, ofProgram] });
      expect(text).toMatch(new RegExp(`^ +ports +${ofContainer} .* taken by the container ${name}`, "m"));
      expect(text).toMatch(new RegExp(`^ +ports +${ofProgram} .* taken by a program that listens there`, "m"));
    } finally {
      server.close();
      await engine.run("rm", "-f", name);
    }
  });

  test("more than the machine has, and mounts over the sandbox's own places", async () => {
    const docs = project.directory("own-places");
    const text = await refused({
      // More processes than Linux can have at all are told before any machine is asked (capabilities/limits/keys.test.ts).
      limits: { cpus: 512, memory: "64000GiB", pids: 4_000_000 },
      mounts: [
        { host: docs, at: "/etc" },
        { host: docs, at: "/run/secrets/x" },
      ],
    });
    for (const path of ["limits.cpus", "limits.memory", "limits.pids", "mounts[0].at", "mounts[1].at"])
      expect(text).toContain(`  ${path} `);
  });

  test("endpoints and mounts that hand out the machine, and a ca that is none", async () => {
    const text = await refused({
      egress: { host: [2375], lan: { dns: "8.8.8.8:53" } },
      ca: ["README.md"],
    });
    expect(text).toMatch(/egress\.lan\.dns +8\.8\.8\.8 is a public address/);
    expect(text).toMatch(/ca\[0\] +README.md is no certificate, in PEM form/);
    mkdirSync(join(project.folder, ".state"), { recursive: true });
    const more = await refused({ egress: { host: [2375] }, mounts: [{ host: ".state", at: "/s" }], ca: ["README.md"] });
    expect(more).toMatch(/egress\.host\[0\] +2375 is Docker's API/);
    expect(more).toMatch(/mounts.*in this project/);
    expect(more).toMatch(/ca\[0\] +README.md/);
  });

  test("a directory of the system as a workspace of root's, without advice that would give it away", async () => {
    const text = await refused({ workspace: "/etc" });
    expect(text).toMatch(/workspace +\/etc belongs to the system .*\(guardrail no-foreign-mount\)/);
    expect(text).not.toContain("chown");
  });

  test("keys that nobody would read, and a policy that is encrypted", async () => {
    const before = await careful.running();
    const good = readFileSync(careful.path, "utf8");
    const { config, ...rest } = parse(good);
    const odd = { ...rest, config: { ...config, "agent-sanbox:profile": "offline" }, egress: { allow: ["github"] } };
    writeFileSync(careful.path, stringify(odd));
    const { code, text } = await careful.up();
    writeFileSync(careful.path, good);
    expect(code).not.toBe(0);
    expect(text).toMatch(/agent-sanbox:profile +is not read.* Did you mean "agent-sandbox:profile"\?/);
    expect(text).toMatch(/egress +stands beside `config:`/);

    await careful.pulumi("config", ["set", "--secret", "agent-sandbox:profile", "web"]);
    const secret = await careful.up();
    writeFileSync(careful.path, good);
    expect(secret.code).not.toBe(0);
    expect(secret.text).toMatch(/profile +is encrypted \(secure:\)/);
    expect(await careful.running()).toEqual(before);
  });
});

describe("the first command of a client", () => {
  const fresh = project.client("fresh", { egress: { allow: ["allowed.test"] } });
  const preview = () => project.pulumi(["preview", "--stack", fresh.name, "--non-interactive"]);
  const good = readFileSync(fresh.path, "utf8");
  afterAll(() => fresh.forget());

  // `pulumi stack init` writes the file anew without what it does not read: the program then saw an open sandbox, and the line was gone.
  test("refuses what stands beside `config:`, and leaves the file as it was written", async () => {
    const odd = `# of the reviewer\n${good}agent-sandbox:profile:   offline   # shut\n`;
    writeFileSync(fresh.path, odd);
    for (const time of ["first", "second"]) {
      const { code, text } = await preview();
      expect({ time, refused: code !== 0, text }).toMatchObject({ refused: true });
      expect(text).toMatch(/agent-sandbox:profile +stands beside `config:`, where nobody reads it/);
      expect(readFileSync(fresh.path, "utf8")).toBe(odd);
    }
  });

  test.each<[string, string, RegExp]>([
    ["a tab", "config:\n\tagent-sandbox:workspace: /srv\n", /line 2 is indented with a tab/],
    [
      "a key twice",
      `${good}  agent-sandbox:profile: web\n  agent-sandbox:profile: offline\n`,
      /has the key agent-sandbox:profile for the second time/,
    ],
    ["a list for config", "config: []\n", /config +is no mapping/],
  ])("names the file that has %s", async (_what, content, why) => {
    writeFileSync(fresh.path, content);
    const { code, text } = await preview();
    expect(code).not.toBe(0);
    expect(text).toContain(fresh.file);
    expect(text).toMatch(why);
    expect(text).toContain("nothing was changed.");
    expect(readFileSync(fresh.path, "utf8")).toBe(content);
  });

  test("also when the stack is made by itself: then the file has a salt more", async () => {
    const odd = `${good}egress:   {allow: []}\n`;
    writeFileSync(fresh.path, odd);
    expect((await project.pulumi(["stack", "init", fresh.name, "--no-select", "--non-interactive"])).code).toBe(0);
    const { code, text } = await preview();
    expect({ refused: code !== 0, text }).toMatchObject({ refused: true });
    expect(text).toMatch(/egress +stands beside `config:`/);
    expect(readFileSync(fresh.path, "utf8")).toMatch(/^encryptionsalt: v1:\S+\n$/m);
    expect(readFileSync(fresh.path, "utf8").startsWith(odd)).toBe(true);
  });
});

test("a VPN that takes a client's networks is told and moves nothing; another range in the stack file moves the client", async () => {
  const networks = async () =>
    (
      await engine.ask(
        "network",
        "inspect",
        "--format",
        "{{range .IPAM.Config}}{{.Subnet}}{{end}}",
        `${careful.name}-inner`,
        `${careful.name}-outer`,
      )
    ).split(/\s+/);
  await careful.mustUp();
  const [inner, outer] = await networks();
  // A bridge whose containers are stopped has no carrier, and is the client's own all the same.
  await engine.ask("stop", careful.gateway);
  expect((await careful.preview()).text).not.toContain("other machines");
  await engine.ask("start", careful.gateway);

  const vpn = `v${process.env.TEST_RUN}`.slice(0, 12);
  await engine.must(["ip", "link", "add", vpn, "type", "veth", "peer", "name", `${vpn}-p`]);
  try {
    await engine.must(["ip", "link", "set", vpn, "up"]);
    await engine.must(["ip", "route", "add", inner!, "dev", vpn, "metric", "9"]);
    const told = `${inner} of this client is also where this host now reaches other machines (${inner} by ${vpn};`;
    expect((await careful.preview()).text).toContain(told);
    expect((await careful.mustUp()).text).toContain(told);
    expect(await networks()).toEqual([inner, outer]);
    for (const word of ["status", "verify"]) {
      const { code, stdout } = await project.agentbox(word, careful.name);
      expect({ word, code, stdout }).toEqual({ word, code: 1, stdout: expect.stringContaining(told) });
    }
    careful.write({ egress: { allow: ["allowed.test"] }, addresses: "192.168.128.0/17" });
    const { text } = await careful.mustUp();
    expect(text).not.toContain("other machines");
    const moved = await networks();
    for (const subnet of [inner, outer]) expect(moved).not.toContain(subnet);
    expect((await careful.curl("https://allowed.test/")).code).toBe(0);
  } finally {
    await engine.must(["ip", "link", "del", vpn]);
  }
});

test("a workspace on a file system that is nearly full is told in the preview, which goes on", async () => {
  const full = project.directory("full");
  await engine.must(["mount", "-t", "tmpfs", "-o", "size=1m,uid=1000,gid=1000", "tmpfs", full]);
  try {
    writeFileSync(join(full, "data"), Buffer.alloc(2 ** 20 - 8192));
    careful.write({ workspace: full });
    const { code, text } = await careful.preview();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).toContain(
      `workspace: the file system of ${full} (the workspace) has 0 % of its bytes left, and nothing bounds what an agent writes there`,
    );
  } finally {
    await engine.must(["umount", full]);
  }
});

describe("a GPU", () => {
  test("is given where the machine has one; where it has none, the error says what is missing and nothing is touched", async () => {
    const before = await careful.running();
    careful.write({ gpu: "all" });
    const { code, text } = await careful.up();
    const { HostConfig } = await engine.inspect(careful.agent);
    if (code === 0) {
      expect(HostConfig.DeviceRequests).toHaveLength(1);
      expect(await careful.exec("nvidia-smi -L")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^GPU 0/) });
    } else {
      expect(text).toMatch(/^ +gpu .*(CDI|NVIDIA|nvidia)/m);
      expect(text).toContain("gpu: false");
      expect(await careful.running()).toEqual(before);
    }
  });
});
