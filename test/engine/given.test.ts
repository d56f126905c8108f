import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { run } from "./engine.ts";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme");
const imageOf = (container: string) => engine.ask("inspect", "--format", "{{.Config.Image}}", container);
const digest = (data: string) => `sha256:${createHash("sha256").update(data).digest("hex")}`;

/** What a registry of our own serves, by digest. */
const blobs = new Map<string, string>();
let registry: Server;
const pulled: string[] = [];

/** Puts an image of this engine into the registry. Its layers are here already, so the engine fetches manifest and config only. */
async function publish(image: string): Promise<string> {
  const id = await engine.ask("image", "inspect", "--format", "{{.Id}}", image);
  const saved = await run(
    "bash",
    ["-c", `docker save ${image} | tar -xO ${id.slice("sha256:".length)}.json`],
    engine.environment(),
  );
  if (digest(saved.stdout) !== id)
    throw new Error(`docker save gave another config than ${id}: ${saved.text.slice(0, 500)}`);
  const layers: string[] = JSON.parse(saved.stdout).rootfs.diff_ids;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/vnd.docker.container.image.v1+json", size: saved.stdout.length, digest: id },
    layers: layers.map((layer) => ({
      mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
      size: 1,
      digest: layer,
    })),
  });
  blobs.set(id, saved.stdout).set(digest(manifest), manifest);
  const ref = `127.0.0.1:${(registry.address() as AddressInfo).port}/acme/box@${digest(manifest)}`;
  pulled.push(ref);
  return ref;
}

beforeAll(async () => {
  registry = createServer(({ url, method }, response) => {
    const body = blobs.get(url?.split("/").at(-1) ?? "");
    if (url === "/v2/") return response.end("{}");
    if (!body) return response.writeHead(404).end();
    const type = body.startsWith('{"schemaVersion') ? JSON.parse(body).mediaType : "application/octet-stream";
    response.writeHead(200, {
      "content-type": type,
      "content-length": body.length,
      "docker-content-digest": digest(body),
    });
    return method === "HEAD" ? response.end() : response.end(body);
  });
  await new Promise<void>((done) => {
    registry.listen(0, "127.0.0.1", () => done());
  });
  await acme.mustUp();
});
afterAll(async () => {
  await project.remove();
  const given = await engine.ask("images", "--format", "{{.Repository}}:{{.Tag}}", "agent-sandbox/given");
  const own = new Set<string>();
  for (const tag of given.split("\n").filter(Boolean)) {
    const digests = await engine.ask("image", "inspect", "--format", "{{json .RepoDigests}}", tag);
    if (pulled.some((ref) => digests.includes(ref))) own.add(tag);
  }
  for (const name of [...own, ...pulled]) await engine.run("rmi", name);
  await new Promise((done) => registry.close(done));
});

test("an image of one's own that lacks what a sandbox needs is refused by all it lacks, and the agent goes on", async () => {
  const before = await acme.running();
  const base = (await engine.ask("images", "--format", "{{.Repository}}:{{.Tag}}", "agent-sandbox/base")).split(
    "\n",
  )[0]!;
  acme.write({ image: { ref: await publish(base) } });
  const { code, text } = await acme.up();
  expect(code).not.toBe(0);
  for (const missing of [
    /has no user dev; the workspace belongs to 1000:1000/,
    /has no program \/usr\/local\/bin\/entrypoint/,
    /has no program \/usr\/bin\/tini/,
    /has no agent shell/,
    /has no command git/,
    /has a setuid or setgid file \/usr\/bin\/su/,
    /does not start by tini/,
    /cannot be the image of a sandbox/,
  ])
    expect(text).toMatch(missing);
  expect(await acme.running()).toEqual(before);
});

test("an image of one's own that has it all is the sandbox's, and no other is built for the agent", async () => {
  const ref = await publish(await imageOf(acme.agent));
  acme.write({ image: { ref } });
  const { stdout } = await acme.preview("--json");
  expect(stdout).not.toMatch(/"urn": ".*(runtime|agent)-image-build"[^}]*"op": "create"/);
  await acme.mustUp();
  expect(await imageOf(acme.agent)).toMatch(/^agent-sandbox\/given:[0-9a-f]{40}$/);
  expect((await acme.exec("id -un; pwd")).stdout).toBe("dev\n/workspace\n");
  expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
});

test("one that is not there is told by name, and the agent goes on", async () => {
  const before = await acme.running();
  const port = (registry.address() as AddressInfo).port;
  const ref = `127.0.0.1:${port}/acme/gone@sha256:${"0".repeat(64)}`;
  acme.write({ image: { ref } });
  const { code, text } = await acme.up();
  expect(code).not.toBe(0);
  expect(text).toContain(`${ref} cannot be pulled`);
  expect(await acme.running()).toEqual(before);
});
