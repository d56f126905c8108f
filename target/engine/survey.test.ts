import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../stack-file/user-error.ts";
import { agentWith } from "../../test/inspected.ts";
import { findEngine } from "./address.ts";
import { request } from "./api.ts";
import { usersOf } from "./processes.ts";
import { surveyEngine } from "./survey.ts";

let folder: string;
let engine: Server;
const before = process.env.DOCKER_HOST;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-josé 100%-"));
  process.env.DOCKER_HOST = `unix://${folder}/engine.sock`;
});
afterEach(async () => {
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
  await new Promise((done) => engine.close(done));
  rmSync(folder, { recursive: true, force: true });
});

/** An engine that runs on this architecture. */
function runsOn(Arch: string): Promise<void> {
  engine = createServer(({ url }, response) => {
    const answers: Record<string, unknown> = { "/version": { Version: "28.0.0", Arch }, "/info": {}, "/volumes": {} };
    response.end(JSON.stringify(answers[url!] ?? []));
  });
  return new Promise((done) => {
    engine.listen(join(folder, "engine.sock"), () => done());
  });
}

test.each([
  ["amd64", "linux-x64"],
  ["arm64", "linux-arm64"],
])("an engine on %s gets images of %s, whatever this machine is", async (arch, platform) => {
  await runsOn(arch);
  expect((await surveyEngine(findEngine())).engine.platform).toBe(platform);
});

test("an engine on an architecture that nothing is locked for is refused with what there is", async () => {
  await runsOn("riscv64");
  await expect(surveyEngine(findEngine())).rejects.toThrow(
    /runs on riscv64, and images\/lock.yaml has packages for amd64 and arm64 only/,
  );
});

test("an engine with fifty clients is asked no more than one with none", async () => {
  const asked: string[] = [];
  const labels = (client: number) => ({ "agent-sandbox.client": `c${client}`, "agent-sandbox.role": "lock" });
  let clients = 0;
  engine = createServer(({ url }, response) => {
    asked.push(url!);
    const locks = Array.from({ length: clients }, (_, at) => ({
      ...{ Id: `id${at}`, Names: [`/c${at}-lock`], Labels: labels(at), State: "running", Mounts: [] },
    }));
    const answers: Record<string, unknown> = {
      "/version": { Version: "28.0.0", Arch: "amd64" },
      ...{ "/info": {}, "/volumes": {}, "/containers/json?all=1": locks },
    };
    response.end(JSON.stringify(answers[url!] ?? []));
  });
  await new Promise<void>((done) => engine.listen(join(folder, "engine.sock"), () => done()));
  await surveyEngine(findEngine());
  const alone = asked.splice(0).length;
  clients = 50;
  expect((await surveyEngine(findEngine())).clients).toHaveLength(50);
  expect(asked).toHaveLength(alone);
});

test.each([
  ["some", ["pids"], ["memory", "cpus"]],
  ["null, which is none", null, ["memory", "pids", "cpus"]],
  ["nothing, which is none", undefined, ["memory", "pids", "cpus"]],
])(
  "Podman is asked in its own API who runs it and what it counts, and says %s: Docker's tells what root could have",
  async (_what, cgroupControllers, limitless) => {
    const Components = [{ Name: "Podman Engine", Version: "4.3.1" }];
    const host = { networkBackend: "cni", cgroupControllers, security: { rootless: true } };
    const answers: Record<string, unknown> = {
      ...{ "/version": { Version: "4.3.1", Arch: "amd64", Components }, "/volumes": {} },
      ...{ "/info": { MemoryLimit: true, PidsLimit: true, CpuCfsQuota: true }, "/v4.0.0/libpod/info": { host } },
    };
    engine = createServer(({ url }, response) => response.end(JSON.stringify(answers[url!] ?? [])));
    await new Promise<void>((done) => {
      engine.listen(join(folder, "engine.sock"), () => done());
    });
    const found = (await surveyEngine(findEngine())).engine;
    expect(found).toMatchObject({ rootless: true, limitless, networks: "cni" });
  },
);

test.each([
  [
    "of a ps that knows numbers",
    "uid",
    [
      ["1", "1000"],
      ["2", "0"],
    ],
    { seen: ["0", "1000"] },
  ],
  // busybox's, in Docker Desktop's machine: `bad -o argument 'uid'`.
  [
    "of a ps that knows names alone",
    "user",
    [
      ["1", "dev"],
      ["2", "root"],
    ],
    { seen: ["0"] },
  ],
  ["of no ps", "none", [], { unseen: expect.stringMatching(/answers .* with 500: /) }],
])("users of processes are those %s", async (_what, word, Processes, expected) => {
  engine = createServer(({ url }, response) => {
    response.statusCode = url?.endsWith(word) ? 200 : 500;
    response.end(JSON.stringify(url?.endsWith(word) ? { Processes } : { message: "bad -o argument" }));
  });
  await new Promise<void>((done) => engine.listen(join(folder, "engine.sock"), () => done()));
  expect(await usersOf({ kind: "docker", host: process.env.DOCKER_HOST! }, "acme-agent")).toEqual(expected);
});

/** Something that answers in the engine's place. */
function answers(answer: (response: ServerResponse) => void): Promise<void> {
  engine = createServer((_request, response) => answer(response));
  return new Promise((done) => {
    engine.listen(join(folder, "engine.sock"), () => done());
  });
}

test.each<[string, (response: ServerResponse) => void, RegExp]>([
  [
    "a page of a proxy's",
    (response) => response.end("<html>login</html>"),
    /^what answers at .* is no engine: it says "<html>login/,
  ],
  ["nothing", (response) => response.end(), /^what answers at .* is no engine: it says ""/],
  [
    "half of it",
    (response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write('{"Version": ');
      setTimeout(() => response.destroy(), 20);
    },
    /^the engine at .* broke off its answer to \//,
  ],
  [
    "a failure",
    (response) => response.writeHead(500).end("disk full"),
    /^the engine at .* answers \/\S+ with 500: disk full$/,
  ],
  [
    "a warning before the data",
    (response) => response.end('warning: experimental\n{"Version": "28.0.0"}'),
    /^what answers at .* is no engine: it says "warning: experimental/,
  ],
  [
    "data of something else",
    (response) => response.end('{"status": "ok"}'),
    /^the engine at .* answers \/\S+ in a way that this version does not know \(.+\)\. It is tested with Docker /,
  ],
])("an answer that is %s is one sentence, and no crash", async (_what, answer, message) => {
  await answers(answer);
  const failure = await surveyEngine(findEngine()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toMatch(message);
  expect((failure as UserError).exitCode).toBe(3);
  expect((failure as UserError).message).not.toContain("\n");
});

test("an engine that never answers is told after a while", async () => {
  await answers(() => {});
  await expect(request(findEngine(), "/info", z.unknown(), { seconds: 0.1 })).rejects.toThrow(
    /^the engine at .* gives no answer to \/info in 0\.1 s\. See whether/,
  );
  engine.closeAllConnections();
});

test.each<[string, (response: ServerResponse) => void, object, RegExp]>([
  [
    "comes a byte now and then",
    (response) => {
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(drip));
    },
    { seconds: 0.2 },
    /gives no answer to \/info in 0\.2 s/,
  ],
  [
    "has no end",
    (response) => response.end(" ".repeat(200)),
    { most: 100 },
    /is no engine: its answer to \/info has more than 100 bytes/,
  ],
])("an answer that %s is ended", async (_what, answer, options, message) => {
  await answers(answer);
  await expect(request(findEngine(), "/info", z.unknown(), options)).rejects.toThrow(message);
});

test("a container's processes are unseen where the engine cannot tell of them, and a failure where it says nothing", async () => {
  const top = (answer: (response: ServerResponse) => void) => {
    engine = createServer(({ url }, response) => {
      const there: Record<string, unknown> = {
        "/version": { Version: "28.0.0", Arch: "amd64" },
        ...{ "/info": {}, "/volumes": {}, "/containers/acme-agent/json": found() },
      };
      if (url!.includes("/top")) answer(response);
      else response.end(JSON.stringify(there[url!] ?? []));
    });
    return new Promise<void>((done) => {
      engine.listen(join(folder, "engine.sock"), () => done());
    });
  };
  const { found } = agentWith();
  const look = { containers: ["acme-agent"], processes: "acme-agent" };
  await top((response) => response.writeHead(500).end("ps: not found"));
  expect((await surveyEngine(findEngine(), look)).containers["acme-agent"]?.Users).toEqual({
    unseen: expect.stringMatching(/answers \S+ with 500: ps: not found$/),
  });
  await new Promise((done) => engine.close(done));
  await top((response) => response.end('{"Processes": [["1", "1000"], ["7", "0"]]}'));
  expect((await surveyEngine(findEngine(), look)).containers["acme-agent"]?.Users).toEqual({ seen: ["0", "1000"] });
  await new Promise((done) => engine.close(done));
  await top((response) => response.end("<html>"));
  await expect(surveyEngine(findEngine(), look)).rejects.toThrow(/is no engine: it says "<html>"/);
});

test("what a container mounts that is nobody's is seen on Podman, too, which lists no mounts", async () => {
  const asked: string[] = [];
  const container = (Id: string, State: string, Labels: object = {}) => ({ Id, Names: [`/${Id}`], State, Labels });
  engine = createServer(({ url }, response) => {
    asked.push(url!);
    const there: Record<string, unknown> = {
      "/version": { Version: "4.3.1", Arch: "amd64", Components: [{ Name: "Podman Engine", Version: "4.3.1" }] },
      ...{ "/info": {}, "/volumes": {}, "/v4.0.0/libpod/info": { host: {} } },
      "/containers/json?all=1": [
        container("guest", "running"),
        container("stopped", "exited"),
        container("helper", "running", { "agent-sandbox.role": "step" }),
      ],
      "/v4.0.0/libpod/containers/guest/json": {
        Mounts: [{ Type: "volume", Name: "acme-home", Source: "/v/acme-home", Destination: "/x", RW: true }],
      },
    };
    response.end(JSON.stringify(there[url!] ?? []));
  });
  await new Promise<void>((done) => {
    engine.listen(join(folder, "engine.sock"), () => done());
  });
  const { listed } = await surveyEngine(findEngine());
  expect(listed.map(({ name, holds }) => [name, holds])).toEqual([
    ["guest", [{ volume: "acme-home", writes: true }]],
    ["stopped", []],
    ["helper", []],
  ]);
  expect(asked.filter((url) => url.includes("libpod/containers"))).toHaveLength(1);
});

test("a container in a restart loop, a paused one and one in a state that nobody knows are not at rest", async () => {
  const states = ["running", "restarting", "paused", "stopping", "created", "exited", "dead", "configured", "stopped"];
  engine = createServer(({ url }, response) => {
    const there: Record<string, unknown> = {
      "/version": { Version: "28.0.0", Arch: "amd64" },
      ...{ "/info": {}, "/volumes": {} },
      "/containers/json?all=1": states.map((State) => ({ Id: State, Names: [`/${State}`], State, Mounts: [] })),
    };
    response.end(JSON.stringify(there[url!] ?? []));
  });
  await new Promise<void>((done) => {
    engine.listen(join(folder, "engine.sock"), () => done());
  });
  const { listed } = await surveyEngine(findEngine());
  expect(listed.filter(({ running }) => running).map(({ name }) => name)).toEqual(["running"]);
  expect(listed.filter(({ atRest }) => !atRest).map(({ name }) => name)).toEqual(states.slice(0, 4));
});

test("a context that is set to nothing is none: the one of the client's own file is in use", async () => {
  const { DOCKER_CONFIG, DOCKER_CONTEXT, DOCKER_HOST } = process.env;
  await runsOn("amd64");
  const meta = join(folder, "contexts/meta", createHash("sha256").update("here").digest("hex"));
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(folder, "config.json"), '{"currentContext": "here"}');
  writeFileSync(join(meta, "meta.json"), JSON.stringify({ Endpoints: { docker: { Host: DOCKER_HOST } } }));
  Object.assign(process.env, { DOCKER_CONFIG: folder, DOCKER_CONTEXT: "", DOCKER_HOST: "" });
  try {
    expect((await surveyEngine(findEngine())).engine.host).toBe(DOCKER_HOST);
  } finally {
    for (const [name, value] of Object.entries({ DOCKER_CONFIG, DOCKER_CONTEXT }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
});
