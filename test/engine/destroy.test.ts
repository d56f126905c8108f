import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const fragment = project.directory("fragment");
writeFileSync(join(fragment, "note"), "of acme alone\n");
writeFileSync(join(fragment, "Dockerfile"), "COPY note /usr/local/share/note\n");
const SECRET = "s3cret-of-acme-alone";
const config = {
  ...{ image: { extend: join(fragment, "Dockerfile") }, protect: true },
  ...{ secrets: { TOKEN: { env: "ACME_TOKEN" } }, egress: { allow: ["allowed.test"] } },
};
const acme = project.client("acme", config);
acme.shell = { ACME_TOKEN: SECRET };
const globex = project.client("globex");

/** All of a directory, byte by byte: names, modes, owners, times, links and contents. */
const tree = (path: string) =>
  execFileSync("sh", ["-c", 'tar --sort=name --create --file - --directory "$0" . | sha256sum', path], {
    encoding: "utf8",
  });
/** All of a client's volumes, but for the audit, which its gateway writes on; and its containers. */
async function lives(client: typeof globex): Promise<Record<string, string>> {
  const image = (await engine.inspect(client.gateway)).Config.Image;
  const pack = "tar --sort=name --create --file - --directory /v . | sha256sum";
  const volumes = (await engine.residue(client.name)).volumes.filter((name) => !name.endsWith("-audit"));
  const packed = volumes.map(async (name) => {
    const run = ["run", "--rm", "--user", "0:0", "--volume", `${name}:/v:ro`, "--entrypoint", "sh", image, "-c", pack];
    return [name, await engine.ask(...run)];
  });
  return { ...Object.fromEntries(await Promise.all(packed)), ...(await client.running()) };
}
const wipe = () => project.agentbox("wipe", acme.name, "--yes");

beforeAll(async () => {
  mkdirSync(join(acme.workspace, "src"));
  writeFileSync(join(acme.workspace, "src/code.txt"), "of acme");
  await Promise.all([acme.mustUp(), globex.mustUp()]);
  await acme.exec("echo by the agent > /workspace/made.txt; echo token > ~/.token");
});

describe("a client that is protected", () => {
  const refused = { code: 2, stdout: "" };

  test("is refused to a destroy and to a wipe, with how to take that off, and loses nothing", async () => {
    const before = await lives(acme);
    const how = expect.stringContaining(
      `${acme.name} is protected by \`protect: true\` in ${acme.file}: nothing was removed. Take \`protect: true\` out`,
    );
    expect(await acme.destroy()).toMatchObject({ ...refused, stderr: how });
    expect(await wipe()).toMatchObject({ ...refused, stderr: how });
    expect(await lives(acme)).toEqual(before);
  });

  test("stays so until an up without it, whatever its file says meanwhile", async () => {
    const before = await lives(acme);
    acme.write({ ...config, protect: false });
    const how = expect.stringContaining(`${acme.name} is protected by its last up: nothing was removed`);
    expect(await acme.destroy()).toMatchObject({ ...refused, stderr: how });
    expect(await wipe()).toMatchObject({ ...refused, stderr: how });
    expect(await lives(acme)).toEqual(before);
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });
});

describe("an export", () => {
  const folder = () => join(project.folder, "exported");

  test("has audit, history and posture, readable by their owner alone and summed up, and no secret", async () => {
    await acme.curl("https://allowed.test/");
    expect(await project.agentbox("export", acme.name, "--to", folder())).toMatchObject({ code: 0, stderr: "" });
    const names = ["audit.jsonl", "history.json", "manifest.json", "outputs.json", "posture.txt"];
    expect(readdirSync(folder()).sort()).toEqual(names);
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect([mode(folder()), ...names.map((name) => mode(join(folder(), name)))]).toEqual([
      0o700,
      ...names.map(() => 0o600),
    ]);
    const text = (name: string) => readFileSync(join(folder(), name), "utf8");
    const { files } = JSON.parse(text("manifest.json")) as { files: { name: string; sha256: string }[] };
    for (const { name, sha256 } of files)
      expect([name, createHash("sha256").update(text(name)).digest("hex")]).toEqual([name, sha256]);
    expect(text("audit.jsonl")).toContain('"name":"allowed.test"');
    expect(text("posture.txt")).toMatch(/^secrets +TOKEN \(env ACME_TOKEN\)$/m);
    expect(JSON.parse(text("history.json"))[0]).toMatchObject({ kind: "update", result: "succeeded" });
    for (const name of names) expect([name, text(name).includes(SECRET)]).toEqual([name, false]);
  });

  test("goes over nothing, and into no place that an agent can write", async () => {
    const to = (place: string) => project.agentbox("export", acme.name, "--to", place);
    expect(await to(folder())).toMatchObject({ code: 2, stderr: expect.stringContaining("is no empty folder") });
    const inside = join(globex.workspace, "sub/folder");
    expect(await to(inside)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`is inside the workspace of ${globex.name}`),
    });
    expect(existsSync(join(globex.workspace, "sub"))).toBe(false);
  });
});

test("a destroy that leaves something ends with another status, and names it", async () => {
  const image = (await engine.inspect(acme.gateway)).Config.Image;
  const holder = `${acme.name}x-holder`;
  const hold = ["--volume", `${acme.name}-home:/v`, "--entrypoint", "sleep", image, "600"];
  await engine.ask("run", "--detach", "--name", holder, ...hold);
  const { code, text } = await acme.destroy();
  expect(code).not.toBe(0);
  expect(text).toContain(`still on the engine, with the label of ${acme.name}: volume ${acme.name}-home`);
  const wiped = await wipe();
  expect(wiped.code).toBe(1);
  expect(wiped.stdout).toMatch(new RegExp(`^ {2}LEFT {4}volume ${acme.name}-home$`, "m"));
  expect(wiped.stdout).toContain(`${acme.name} is NOT all gone: 1 of these are left`);
  await engine.ask("rm", "--force", holder);
  await acme.mustUp();
});

test("a destroy names all that there was with what became of it; workspace and other clients are byte for byte as before", async () => {
  await acme.exec("echo by the agent > /workspace/made.txt");
  const [{ Config }, workspace, other, neighbour] = [
    await engine.inspect(acme.agent),
    tree(acme.workspace),
    await lives(globex),
    tree(globex.workspace),
  ];
  const { volumes } = await engine.residue(acme.name);
  const { code, stdout, stderr } = await acme.destroy();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const told = stdout.slice(stdout.indexOf(`What there was of ${acme.name}`));
  expect(told.split("\n").length).toBeLessThan(24);
  for (const line of [
    `  gone    3 containers: ${acme.agent}, ${acme.gateway}, ${acme.lock}`,
    `  gone    2 networks: ${acme.name}-inner, ${acme.name}-outer`,
    `what was delivered: ${volumes.join(", ")}`,
    "  gone    rules in the packet filter of the engine's machine",
    `  gone    image ${Config.Image}, with the client's own layers`,
    "  stays   the engine's build cache: ",
    "  stays   the stack's record, ",
    "fingerprint.key",
    `${acme.file} stays`,
  ])
    expect(told).toContain(line);
  expect(told).not.toMatch(/LEFT|UNSEEN/);
  expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  expect((await engine.run("image", "inspect", Config.Image)).code).not.toBe(0);
  expect(tree(acme.workspace)).toBe(workspace);
  expect(readFileSync(join(acme.workspace, "made.txt"), "utf8")).toBe("by the agent\n");
  expect(await lives(globex)).toEqual(other);
  expect(tree(globex.workspace)).toBe(neighbour);
});

test("an engine that cannot be asked is no proof", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-none-"));
  const none = project.client("none", { engine: `unix://${folder}/none` });
  const { code, text } = await none.destroy();
  rmSync(folder, { recursive: true });
  expect(code).not.toBe(0);
  expect(text).not.toMatch(/^ {2}gone/m);
});
