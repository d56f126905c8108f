import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { renderWords } from "./text.ts";

const BASH = spawnSync("bash", ["-c", "type -P bash"], { encoding: "utf8" }).stdout.trim();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-build-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const said = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
function program(name: string, script: string, shell = "/bin/bash"): void {
  writeFileSync(at(`bin/${name}`), `#!${shell}\nhere=${folder}\n${script}`);
  chmodSync(at(`bin/${name}`), 0o755);
}

/**
 * A client like engine 20.10's: it notes how it was called and what it was given, and an image is there once it is built.
 * @param first what it answers before all that, as branches of a shell's `case`
 */
const docker = (build: string, first = "") => `
echo "$*" >>$here/calls
case "$1 $2" in
${first}
  "image inspect") [ -e $here/image ] || { echo "Error response from daemon: No such image" >&2; exit 1; } ;;
  "buildx version") exit 1 ;;
  version*) echo 20.10.24 ;;
  build*)
    for word; do
      case $word in
        *src=*) cat "\${word#*src=}" >>$here/secrets ;;
      esac
      context=$word
    done
    ls "$context" >$here/context
    ${build} ;;
esac`;

const RUNTIME = {
  tag: "agent-sandbox/runtime:0123456789ab",
  context: { folder: "images/runtime" },
  arguments: { BASE_IMAGE: "agent-sandbox/base:1", NODE: "node 1.2.3 sha512-x" },
};

/** What a step has of the person's environment: programs and a home. */
const environment = () => ({
  ...{ PATH: [at("bin"), process.env.PATH].join(delimiter), HOME: folder },
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
});
const stepWords = (words: object) =>
  renderWords({ engine: { cli: "docker", host: "unix:///x" }, ...words }, { Dockerfile: "FROM x\n" });

function make(program: string, words: object, env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [`components/steps/${program}.ts`], {
    input: stepWords(words),
    encoding: "utf8",
    env: { ...environment(), ...env },
  });
}
const build = (words: object = {}, env: Record<string, string> = {}) =>
  make("build-image", { ...RUNTIME, ...words }, env);

test("an image whose tag is there is not built", () => {
  program("docker", docker("touch $here/image"));
  writeFileSync(at("image"), "");
  const { status, stderr } = build();
  expect([status, stderr]).toEqual([0, "agent-sandbox/runtime:0123456789ab  is there\n"]);
  expect(said("calls")).toBe("image inspect --format {{.Id}} agent-sandbox/runtime:0123456789ab\n");
});

test("an engine that does not say whether an image is there is no reason to build it", () => {
  program("docker", docker("touch $here/image", `  "image inspect") echo "Cannot connect" >&2; exit 1 ;;`));
  const { status, stderr } = build();
  expect([status, stderr]).toEqual([
    1,
    "whether agent-sandbox/runtime:0123456789ab is there could not be seen: Cannot connect\n",
  ]);
  expect(said("calls")).not.toMatch(/^build/m);
});

test("stacks that need the same image at once build it once", async () => {
  // A build ends when the other stack was seen to wait for it: a bound of time would be met by chance.
  program(
    "docker",
    docker("until [ -e $here/waited ]; do sleep 0.02; done; echo build >>$here/builds; touch $here/image"),
  );
  const ends = [1, 2].map(
    () =>
      new Promise((resolve) => {
        const one = spawn(process.execPath, ["components/steps/build-image.ts"], {
          env: environment(),
          stdio: ["pipe", "ignore", "pipe"],
        }).on("close", resolve);
        one.stderr.setEncoding("utf8").on("data", (text) => {
          if (/waits for another build of it/.test(text)) writeFileSync(at("waited"), "");
        });
        one.stdin.end(stepWords(RUNTIME));
      }),
  );
  expect(await Promise.all(ends)).toEqual([0, 0]);
  expect(said("builds")).toBe("build\n");
});

test("a build that fails tells what its command said, and takes no tag away", () => {
  program(
    "docker",
    docker("echo '#5 [2/3] RUN false'; echo '#5 1.2 the cause'; echo 'executor failed running'; exit 1"),
  );
  const { status, stderr } = build();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    / {2}#5 \[2\/3\] RUN false\n(.*\n)*#5 1.2 the cause\n.*could not be built; everything is as it was\n$/,
  );
  expect(stderr).not.toMatch(/executor failed/);
  expect(said("calls")).not.toMatch(/^(rmi|tag|image rm|.*prune)\b/m);
});

test("a command that ended a build and said nothing is told with its exit code, as each builder words it, and once more where the end of the up is", () => {
  for (const line of [
    "executor failed running [/bin/sh -c test -e /nothing]: exit code: 1",
    'ERROR: failed to build: failed to solve: process "/bin/sh -c test -e /nothing" did not complete successfully: exit code: 1',
    'Error: building at STEP "RUN test -e /nothing": while running runtime: exit status 1',
  ]) {
    writeFileSync(at("failed"), "");
    writeFileSync(at("line"), `${line}\n`);
    program("docker", docker("cat $here/line; exit 1"));
    const { status, stderr } = make("build-image", RUNTIME, { AGENT_SANDBOX_FAILED: at("failed") });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /could not be built \(test -e \/nothing: exit (code: |status )1\); everything is as it was\n$/,
    );
    expect(stderr.endsWith(said("failed")) && said("failed")).toMatch(/could not be built/);
  }
});

test("a builder that repeats a long command is heard to its end, where the cause is", () => {
  const line = `Error: building at STEP "RUN apt-install ${"package ".repeat(60)}": mounting the cache: no space left`;
  writeFileSync(at("line"), `${line}\n`);
  program("docker", docker("cat $here/line; exit 1"));
  expect(build().stderr).toMatch(/STEP "RUN apt-install package .* … .*package ": mounting the cache: no space left\n/);
});

test("certificates and what npm signs in with travel as build secrets, in no argument and beside no file of the context", () => {
  program("docker", docker("touch $here/image"));
  program("npm", `printf 'registry=https://packages.example/npm/\\ncafile=null\\nuserconfig=${at("npmrc")}\\n'`);
  writeFileSync(at("npmrc"), `email=ann@example\n//packages.example/npm/:_authToken=\${TEAM_TOKEN}\n`);
  writeFileSync(at("corp.pem"), "the company's root\n");
  const { status } = build(
    {},
    { TEAM_TOKEN: "npm_secret", NODE_EXTRA_CA_CERTS: at("corp.pem"), HTTPS_PROXY: "http://me:pw@proxy" },
  );
  expect(status).toBe(0);
  expect(said("secrets")).toMatch(
    /registry=https:\/\/packages.example\/npm\/\n\/\/packages.example\/npm\/:_authToken=npm_secret\n/,
  );
  expect(said("secrets")).toMatch(/the company's root/);
  expect(said("secrets")).not.toMatch(/email/);
  expect(said("calls")).not.toMatch(/npm_secret|company|pw@proxy/);
  expect(said("calls")).toMatch(/--build-arg HTTPS_PROXY .*--build-arg NODE=node 1\.2\.3 sha512-x/);
  expect(said("context")).toMatch(
    /^Dockerfile\napt-install\nask-for\nclean-or-say\nclear-login\ncommand-guard\nenter\n/,
  );
  expect(readFileSync(at("calls"), "utf8")).not.toContain(process.cwd());
});

test("a client that cannot build says what to install", () => {
  const words = "case $1 in image) echo No such image >&2; exit 1 ;; buildx) exit 1 ;; version) echo 28.2.2 ;; esac";
  program("docker", words, BASH);
  // No other client is to be found.
  for (const name of ["bash", "flock", "sh", "cat"]) {
    const real = spawnSync("bash", ["-c", `type -P ${name}`], { encoding: "utf8" }).stdout.trim();
    program(name, `exec ${real} "$@"`, BASH);
  }
  const { status, stderr } = build({}, { PATH: at("bin") });
  expect(status).toBe(1);
  expect(stderr).toMatch(/no docker client here can build: install the buildx plugin/);
});

describe("an agent's image", () => {
  const agent = {
    tag: "agent-sandbox/agent:1",
    context: { folder: "images/agents" },
    needs: { owner: "1000:1000", agents: { shell: "bash" }, commands: [] },
  };
  /** An engine whose container says `said` when it is asked what it holds. */
  const judged = (
    said: string,
    entrypoint = '["/usr/bin/tini","--","/usr/local/bin/entrypoint"] ["sleep","infinity"]',
    labels = "agent-sandbox.agents org.acme",
  ) =>
    docker(
      "true",
      `  run*) for word; do asked=$word; done; printf '%s' "$asked" >$here/asked; printf '${said}\\n' ;;
  "image inspect") case "$*" in *json*) echo '${entrypoint}' ;; *Labels*) echo '${labels} ' ;; *range*) ;; *) [ -e $here/image ] || { echo No such image >&2; exit 1; } ;; esac ;;`,
    );

  test("gets its tag when the image itself shows all that a sandbox needs", () => {
    program("docker", judged("checked"));
    expect(build(agent)).toMatchObject({ status: 0 });
    expect(said("asked")).toBe(readFileSync("images/check", "utf8"));
    expect(said("calls")).toMatch(
      /^run --rm --pull never .*--network none --read-only --cap-drop ALL .*--env AGENTS=shell=bash .*agent:1-unchecked -c #!\/bin\/sh$/m,
    );
    expect(said("calls")).toMatch(/tag agent-sandbox\/agent:1-unchecked agent-sandbox\/agent:1\n/);
    expect(said("calls")).toMatch(/rmi agent-sandbox\/agent:1-unchecked\n$/);
  });

  test("gets none when something is missing, and all of it is told", () => {
    program("docker", judged("wrong  has no command jq\\nwrong  has no user dev\\nchecked", '["sh"] null'));
    const { status, stderr } = build(agent);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      / {2}has no command jq\n {2}has no user dev\n {2}does not start by tini .* but by \["sh"\] null\n/,
    );
    expect(said("calls")).not.toMatch(/^tag /m);
    expect(said("calls")).toMatch(/rmi agent-sandbox\/agent:1-unchecked\n$/);
  });

  test("gets none with labels by which its container would be taken for another", () => {
    program("docker", judged("checked", undefined, "agent-sandbox.agents agent-sandbox.sources agent-sandbox.role"));
    expect(build(agent).stderr).toMatch(
      / {2}has labels that this product gives to what a client has: agent-sandbox\.sources agent-sandbox\.role\n/,
    );
    expect(said("calls")).not.toMatch(/^tag /m);
  });

  test("gets none when it does not even run, whatever the engine's exit code says", () => {
    program("docker", judged("exec /bin/sh: no such file"));
    const { status, stderr } = build(agent);
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot run \/bin\/sh: exec \/bin\/sh: no such file/);
  });

  test("by digest is pulled unless it is there, and judged the same", () => {
    const ref = `registry.example/acme/box@sha256:${"0".repeat(64)}`;
    program("docker", judged("checked"));
    expect(make("pull-image", { ...agent, ref })).toMatchObject({ status: 0 });
    expect(said("calls")).toMatch(new RegExp(`pull --quiet ${ref}\n(.*\n)*tag ${ref} agent-sandbox/agent:1\n$`));
    expect(said("calls")).not.toMatch(/^build|rmi/m);
  });
});

test("of a fragment's folder only what COPY names is given to the builder", () => {
  program("docker", docker('find "$context" -type f | sed "s|$context/||" | sort >$here/context'));
  mkdirSync(at("fragment/rules"), { recursive: true });
  for (const file of ["rules/one", "tool.sh", "private"]) writeFileSync(at(`fragment/${file}`), "x");
  const { status } = build({ context: { folder: at("fragment"), sources: ["rules", "tool.sh"] } });
  expect([status, said("context")]).toEqual([0, "rules/one\ntool.sh\n"]);
});

describe("an image that was pushed", () => {
  const pull = `registry.example/agent-sandbox/runtime@sha256:${"0".repeat(64)}`;

  test("is pulled by its digest and gets its tag; its name there goes again, and nothing is built", () => {
    program("docker", docker("true"));
    const { status, stderr } = build({ pull });
    expect(status).toBe(0);
    expect(stderr).toMatch(new RegExp(`is ${pull}\n$`));
    expect(said("calls")).toMatch(new RegExp(`pull --quiet ${pull}\ntag ${pull} ${RUNTIME.tag}\nrmi ${pull}\n$`));
    expect(said("calls")).not.toMatch(/^build/m);
  });

  test.each([
    "Error response from daemon: manifest unknown",
    "Error response from daemon: Get https://registry.example/v2/: dial tcp: no such host",
    "Error response from daemon: Get https://registry.example/v2/: x509: certificate signed by unknown authority",
    "Error response from daemon: Head https://registry.example/v2/: no basic auth credentials",
  ])("is built where the registry says or is: %s", (why) => {
    program("docker", docker("touch $here/image", `  pull*) echo "${why}" >&2; exit 1 ;;`));
    const { status, stderr } = build({ pull });
    expect(status).toBe(0);
    expect(stderr).toContain(`cannot be pulled (${why}), so it is made here\n`);
    expect(stderr).toMatch(/is built, \d+ s\n$/);
    expect(said("calls")).not.toMatch(/^tag/m);
  });

  test.each([
    `Error response from daemon: manifest verification failed for digest sha256:${"0".repeat(64)}`,
    "Error response from daemon: filesystem layer verification failed for digest sha256:1",
    "failed commit on ref: unexpected commit digest sha256:1, expected sha256:0: failed precondition",
    "Error: initializing source: reading manifest: Manifest does not match provided manifest digest sha256:0",
    "Error: writing blob: Digest did not match, expected sha256:0, got sha256:1",
  ])("is refused, and not built instead, where the engine was given another: %s", (why) => {
    program("docker", docker("touch $here/image", `  pull*) echo "${why}" >&2; exit 1 ;;`));
    const { status, stderr } = build({ pull });
    expect(status).toBe(1);
    expect(stderr).toMatch(/is refused: the registry gave something else for .*Everything is as it was\n$/);
    expect(said("calls")).not.toMatch(/^(tag|build)/m);
  });

  test("is no sandbox's image because somebody pushed it: an agent's is looked through first", () => {
    const lacks = "  run*) echo 'wrong  has no command jq'; echo checked ;;";
    const there = '  "image inspect") case "$*" in *.Id*) echo No such image >&2; exit 1 ;; esac ;;';
    program("docker", docker("true", `${lacks}\n${there}`));
    const needs = { owner: "1000:1000", agents: { shell: "bash" }, commands: [] };
    const { status, stderr } = build({ pull, needs });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/has no command jq\n/)]);
    expect(said("calls")).not.toMatch(/^(tag|build)/m);
    expect(said("calls")).toMatch(new RegExp(`rmi ${pull}\n$`));
  });
});

describe("the base", () => {
  const base = { tag: "agent-sandbox/base:1", suite: "trixie", epoch: 0 };

  test("is the one that was pushed, before it is asked what the distribution has", () => {
    program("docker", docker("true"));
    program("mmdebstrap", "echo no >>$here/bootstrapped");
    const pull = `registry.example/agent-sandbox/base@sha256:${"0".repeat(64)}`;
    expect(make("bootstrap-base", { ...base, pull, registry: "debian@sha256:1" })).toMatchObject({ status: 0 });
    expect(said("calls")).toMatch(new RegExp(`pull --quiet ${pull}\ntag ${pull} agent-sandbox/base:1\nrmi ${pull}\n$`));
    expect(said("calls") + said("bootstrapped")).not.toMatch(/debian|no/);
  });

  test("is the registry's image where it can be pulled", () => {
    program("docker", docker("true"));
    program("mmdebstrap", "echo no >>$here/bootstrapped");
    const { status, stderr } = make("bootstrap-base", { ...base, registry: `debian@sha256:${"0".repeat(64)}` });
    expect(status).toBe(0);
    expect(stderr).toMatch(/is debian@sha256:0+\n/);
    expect(said("calls")).toMatch(/pull --quiet debian@sha256:0+\ntag debian@sha256:0+ agent-sandbox\/base:1\n$/);
    expect(said("bootstrapped")).toBe("");
  });

  test("is bootstrapped where it cannot, and told when it is not the locked state of the distribution", () => {
    program("docker", docker("true", 'pull*) echo "no such host"; exit 1 ;;'));
    program(
      "mmdebstrap",
      'for word; do case $word in *rootfs.tar) mkdir -p $here/root/etc/apt; touch $here/root/etc/apt/sources.list; tar -cf "$word" -C $here/root . ;; esac; done',
    );
    const { status, stderr } = make("bootstrap-base", {
      ...base,
      ...{ registry: `debian@sha256:${"0".repeat(64)}`, rootfs: `sha256:${"1".repeat(64)}` },
    });
    expect(status).toBe(0);
    expect(stderr).toMatch(/cannot be pulled \(no such host\)/);
    expect(stderr).toMatch(
      /another state of the distribution .*\n {2}its root file system {2}sha256:[0-9a-f]{64}\n {2}the lock +sha256:1+\n$/,
    );
    expect(said("calls")).toMatch(/import --change CMD \["bash"\] \S+rootfs.tar agent-sandbox\/base:1\n$/);
  });
});

describe("a package's tarball", () => {
  const integrity = (data: Buffer) => `sha512-${createHash("sha512").update(data).digest("base64")}`;
  let tarball: Buffer;
  beforeEach(() => {
    mkdirSync(at("package"));
    writeFileSync(at("package/run"), "#!/bin/sh\n");
    chmodSync(at("package/run"), 0o4700);
    spawnSync("tar", ["-czf", at("bot.tgz"), "-C", folder, "package"]);
    tarball = readFileSync(at("bot.tgz"));
    writeFileSync(
      at("npmrc"),
      "registry=https://packages.example/npm/\n//packages.example/npm/:_authToken=npm_secret\n",
    );
    program(
      "curl",
      `echo "$*" >>$here/calls
while [ $# -gt 0 ]; do case $1 in -o) cp $here/bot.tgz "$2"; shift ;; --header) cat "\${2#@}" >>$here/headers; shift ;; esac; shift; done`,
    );
  });
  const fetch = (sri: string) =>
    spawnSync("images/runtime/fetch-tarball", ["@acme/bot", "1.2.3", sri, at("out")], {
      encoding: "utf8",
      env: { PATH: [at("bin"), process.env.PATH].join(delimiter), NPMRC: at("npmrc"), PACKAGES: at("kept") },
    });

  test("is unpacked when it is what the lock says, readable by all and setuid for none", () => {
    expect(fetch(integrity(tarball))).toMatchObject({ status: 0 });
    expect(spawnSync("stat", ["-c", "%a", at("out/run")], { encoding: "utf8" }).stdout).toBe("755\n");
    expect(said("calls")).toMatch(/ https:\/\/packages.example\/npm\/@acme\/bot\/-\/bot-1.2.3.tgz\n$/);
    expect(said("headers")).toBe("Authorization: Bearer npm_secret\n");
    expect(said("calls")).not.toMatch(/npm_secret/);
  });

  test("is refused when it is not, with the file and both digests, and never kept", () => {
    const wanted = integrity(Buffer.from("what was locked"));
    const { status, stderr } = fetch(wanted);
    const hex = (data: Buffer | string) => createHash("sha512").update(data).digest("hex");
    expect(status).toBe(1);
    expect(stderr).toMatch(/bot-1\.2\.3\.tgz of @acme\/bot is not what images\/lock\.yaml says/);
    expect(stderr).toContain(`its sha512  ${hex(tarball)}\n  the lock    ${hex("what was locked")}\n`);
    expect(existsSync(at("out"))).toBe(false);
    expect(spawnSync("ls", ["-A", at("kept")], { encoding: "utf8" }).stdout).toBe("");
  });

  test("is fetched once; a kept one that was changed is fetched again", () => {
    fetch(integrity(tarball));
    fetch(integrity(tarball));
    expect(said("calls").split("\n")).toHaveLength(2);
    const kept = spawnSync("ls", ["-A", at("kept")], { encoding: "utf8" }).stdout.trim();
    writeFileSync(join(at("kept"), kept), "changed");
    expect(fetch(integrity(tarball))).toMatchObject({ status: 0 });
    expect(said("calls").split("\n")).toHaveLength(3);
  });

  test("without a registry to take it from, it says who would know", () => {
    writeFileSync(at("npmrc"), "registry=\n");
    const { status, stderr } = fetch(integrity(tarball));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/which registry packages come from is not known/);
  });
});
