import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Engine } from "../../target/engine/engine.ts";
import { fromRegistry } from "../../target/engine/image/from-registry.ts";
import { pushImage } from "../../target/engine/image/push.ts";
import { type DockerRegistry, dockerRegistry } from "./docker-registry.ts";
import { run } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { ROOT, useProject } from "./harness.ts";
import { startPodman } from "./podman.ts";

const project = useProject();
const { engine } = project;
const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-registry-"));
const lockFile = join(project.folder, "images/registry.lock.yaml");
const acme = project.client("acme", { egress: { allow: [] } });
const globex = project.client("globex", { egress: { allow: [] } });

let plain: DockerRegistry;
let guarded: DockerRegistry;
/** Where engines look for the authority of the guarded one: Docker's place, and Podman's. */
let authority: string[];
/** The agent's image by its content, which no other test has: its shell has a variable of its own. */
let tag: string;
/** Images that have a digest in their tags. */
const pulled = new Set<string>();

const lock = (): Record<string, string> => Object.assign({}, ...Object.values(parse(readFileSync(lockFile, "utf8"))));
const from = (registry: DockerRegistry) => `${registry.host}/agent-sandbox`;
const agentbox = (...args: string[]) =>
  run(join(project.folder, "bin/agentbox"), args, { ...project.environment(), ...acme.shell }, project.folder);
const imageOf = (client: typeof acme) => engine.ask("inspect", "--format", "{{.Config.Image}}", client.agent);
const idOf = (image: string) => engine.ask("image", "inspect", "--format", "{{.Id}}", image);

beforeAll(async () => {
  rmSync(join(project.folder, "images"));
  cpSync(join(ROOT, "images"), join(project.folder, "images"), { recursive: true });
  rmSync(lockFile, { force: true });
  const shell = join(project.folder, "images/agents/shell.yaml");
  const { environment = {}, ...rest } = parse(readFileSync(shell, "utf8"));
  const own = { ...environment, OF_THIS_TEST: randomBytes(8).toString("hex") };
  writeFileSync(shell, JSON.stringify({ ...rest, environment: own }));

  plain = dockerRegistry(join(folder, "plain"), "127.0.0.1", await freePort());
  await plain.start();
  // Not on loopback: there an engine asks for no certificate.
  const address = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)!.address;
  const of = { user: "ann", password: "of this test", ...certificate(address) };
  guarded = dockerRegistry(join(folder, "guarded"), address, await freePort(), of);
  await guarded.start();
  authority = ["docker", "containers"].map((name) => join("/etc", name, "certs.d", guarded.host));

  await acme.mustUp();
  tag = await imageOf(acme);
}, 1_200_000);
afterAll(async () => {
  await project.remove();
  for (const image of [tag, ...pulled]) if (image) await engine.run("rmi", image);
  for (const registry of [plain, guarded]) await registry?.stop();
  for (const place of authority ?? []) rmSync(place, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

/** Has the engine forget acme, and the agent's image by each tag, as one that never had it. */
async function forget(): Promise<void> {
  const image = await imageOf(acme);
  const { code, text } = await acme.destroy();
  if (code !== 0) throw new Error(text);
  for (const one of new Set([image, tag, ...pulled])) if (/\/agent:/.test(one)) await engine.run("rmi", one);
}

async function mustUp(): Promise<string> {
  const { text } = await acme.mustUp();
  for (const [, image] of text.matchAll(/(agent-sandbox\/[a-z]+:[0-9a-f]{40}) {2}pulls /g)) pulled.add(image!);
  return text;
}

test("a push writes the digest of each image that a stack wants, and none of a client's own", async () => {
  const dry = await agentbox("images", "push", from(plain), "--dry-run");
  expect([dry.code, dry.text]).toEqual([
    0,
    expect.stringContaining(`${tag}  would be pushed to ${from(plain)}/agent:`),
  ]);
  const { code, text } = await agentbox("images", "push", from(plain));
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(Object.keys(lock()).map((name) => name.replace(/:.*/, ""))).toEqual(
    ["agent", "base", "gateway", "runtime"].map((name) => `agent-sandbox/${name}`),
  );
  const names = await engine.ask("image", "inspect", "--format", "{{json .RepoTags}}", tag);
  expect(JSON.parse(names)).toEqual([tag]);
});

test("an up on an engine that has not the image pulls it by that digest, and builds nothing", async () => {
  const before = await idOf(tag);
  await forget();
  acme.write({ egress: { allow: [] }, images: { from: from(plain) } });
  const text = await mustUp();
  const image = await imageOf(acme);
  expect(text).toContain(`${image}  is ${from(plain)}/agent@${lock()[tag]}`);
  expect(text).not.toMatch(/is being built/);
  expect(await idOf(image)).toBe(before);
  // Only its tag holds it, so it goes with that.
  expect(await engine.ask("image", "inspect", "--format", "{{json .RepoDigests}}", image)).toBe("[]");
  expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
});

test("a client that does not ask for it builds its own beside it, and so has one whose line is taken back", async () => {
  const { text } = await globex.mustUp();
  expect(text).toContain(`${tag}  is being built`);
  expect(text).not.toMatch(/ {2}pulls /);
  expect([await imageOf(globex), await imageOf(acme)]).toEqual([tag, expect.not.stringContaining(tag)]);
  const lines = readFileSync(lockFile, "utf8");
  rmSync(lockFile);
  await mustUp();
  writeFileSync(lockFile, lines);
  expect(await imageOf(acme)).toBe(tag);
  expect((await globex.destroy()).code).toBe(0);
});

test("what the registry gives instead is refused, and nothing is built in its place", async () => {
  const digest = lock()[tag]!.slice("sha256:".length);
  const blob = join(plain.storage, "docker/registry/v2/blobs/sha256", digest.slice(0, 2), digest, "data");
  const whole = readFileSync(blob);
  await forget();
  appendFileSync(blob, " ");
  const { code, text } = await acme.up();
  writeFileSync(blob, whole);
  expect(code).not.toBe(0);
  expect(text).toMatch(/agent-sandbox\/agent:\S+ {2}is refused: the registry gave something else for/);
  expect(text).not.toMatch(/is being built/);
  for (const image of [tag, ...[...pulled].filter((one) => /\/agent:/.test(one))])
    expect((await engine.run("image", "inspect", image)).code).not.toBe(0);
  expect((await engine.run("inspect", acme.agent)).code).not.toBe(0);
});

test("where the registry has it not, or does not answer, it is built, and that is said", async () => {
  const text = readFileSync(lockFile, "utf8");
  writeFileSync(lockFile, text.replace(lock()[tag]!, `sha256:${"0".repeat(64)}`));
  const unknown = await mustUp();
  writeFileSync(lockFile, text);
  expect(unknown).toMatch(/cannot be pulled \(.*\), so it is made here/);
  expect(unknown).toMatch(/is being built/);
  await forget();
  await plain.stop();
  const gone = await mustUp();
  await plain.start();
  // By the tag that was planned, so that the next up is of the same plan.
  expect([...pulled]).toContain(await imageOf(acme));
  expect(gone).toMatch(/cannot be pulled \(.*(refused|dial).*\), so it is made here/);
});

describe("a registry with an authority of its own, where people sign in", () => {
  const secret = Buffer.from("ann:of this test").toString("base64");
  const signedIn = (yes: boolean) => {
    const config = join(folder, yes ? "in" : "out");
    mkdirSync(config, { recursive: true });
    writeFileSync(
      join(config, "config.json"),
      JSON.stringify(yes ? { auths: { [guarded.host]: { auth: secret } } } : {}),
    );
    acme.shell = { DOCKER_CONFIG: config };
  };
  const trust = (yes: boolean) => {
    for (const place of authority) {
      rmSync(place, { recursive: true, force: true });
      if (!yes) continue;
      mkdirSync(place, { recursive: true });
      cpSync(join(folder, "ca.pem"), join(place, "ca.crt"));
    }
  };

  test("takes no push of who is not signed in, or from an engine that does not know it, and the lock stays as it was", async () => {
    const before = readFileSync(lockFile, "utf8");
    signedIn(true);
    trust(false);
    const unknown = await agentbox("images", "push", from(guarded), tag);
    expect([unknown.code, unknown.text]).toEqual([
      3,
      expect.stringMatching(/could not be pushed to .*(x509|certificate)/),
    ]);
    signedIn(false);
    trust(true);
    const stranger = await agentbox("images", "push", from(guarded), tag);
    expect(stranger.code).toBe(3);
    expect(stranger.text).toContain(`docker login ${guarded.host}`);
    expect(readFileSync(lockFile, "utf8")).toBe(before);
  });

  test("gives images to who is signed in, whose login is in no word of the stack's state; to others it gives none", async () => {
    signedIn(true);
    trust(true);
    const { code, text } = await agentbox("images", "push", from(guarded), tag);
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(Object.keys(lock())).toHaveLength(4);
    await forget();
    acme.write({ egress: { allow: [] }, images: { from: from(guarded) } });
    expect(await mustUp()).toContain(`${await imageOf(acme)}  is ${from(guarded)}/agent@${lock()[tag]}`);
    const state = await project.pulumi(["stack", "export", "--show-secrets", "--stack", acme.name]);
    expect(state.stdout).toContain(from(guarded));
    expect(state.stdout).not.toMatch(new RegExp(`${secret}|ann:of this test`));
    await forget();
    signedIn(false);
    expect(await mustUp()).toMatch(/cannot be pulled \(.*\), so it is made here/);
  });

  test("gives Podman the same image by the same digest", async () => {
    signedIn(true);
    trust(true);
    const base = Object.keys(lock()).find((name) => name.startsWith("agent-sandbox/base:"))!;
    expect((await agentbox("images", "push", from(guarded), base)).code).toBe(0);
    const podman = await startPodman();
    const { REGISTRY_AUTH_FILE } = process.env;
    process.env.REGISTRY_AUTH_FILE = join(folder, "in/config.json");
    try {
      const reach = { cli: "podman --remote", host: podman.engine.host! };
      const mine = `localhost/agent-sandbox/pulled:${randomBytes(4).toString("hex")}`;
      const pull = `${from(guarded)}/base@${lock()[base]}`;
      expect(await fromRegistry(reach, { tag: mine, pull })).toBe(true);
      const id = await podman.engine.ask("image", "inspect", "--format", "{{.Id}}", mine);
      expect(id.replace("sha256:", "")).toBe((await idOf(base)).replace("sha256:", ""));
      // What Podman pushes is the same image again, where its client says by which digest.
      const there = await pushImage({ ...reach, kind: "podman" } as Engine, mine, `${from(guarded)}/by-podman:one`);
      const client = await run("podman", ["--version"], process.env);
      if (/ version 4\.[0-5]\./.test(client.stdout))
        expect(there).toEqual({
          why: expect.stringMatching(/^it was pushed, .* does not say by which digest.*push with a newer client/),
        });
      else {
        const docker = `agent-sandbox/by-podman:${randomBytes(4).toString("hex")}`;
        const byDigest = `${from(guarded)}/by-podman@${(there as { digest: string }).digest}`;
        expect(
          await fromRegistry(
            { cli: "docker", host: engine.host ?? "unix:///var/run/docker.sock" },
            { tag: docker, pull: byDigest },
          ),
        ).toBe(true);
        expect(await idOf(docker)).toBe(await idOf(base));
        await engine.ask("rmi", docker);
      }
      await podman.engine.ask("rmi", "--force", id);
    } finally {
      if (REGISTRY_AUTH_FILE === undefined) delete process.env.REGISTRY_AUTH_FILE;
      else process.env.REGISTRY_AUTH_FILE = REGISTRY_AUTH_FILE;
      await podman.stop();
    }
  });
});

/** An authority, and a certificate of it for an address. */
function certificate(address: string): { certificate: string; key: string } {
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=lab", "-days", "2");
  openssl("req", ...key, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=registry");
  writeFileSync(join(folder, "extensions"), `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\n`);
  const by = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-days", "2", "-extfile", "extensions"];
  openssl("x509", "-req", "-in", "request.pem", "-out", "cert.pem", ...by);
  return { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
}
