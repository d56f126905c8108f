import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTrusted } from "./run-trusted.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-trusted-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An engine whose client notes its words, and does this when it is to run something. */
function engine(run: string, { client = "docker", info = "" } = {}) {
  const cli = join(folder, client);
  writeFileSync(cli, `#!/bin/sh\necho "$*" >>${folder}/calls\ncase $1 in run) ${run} ;; info) ${info} ;; esac\n`, {
    mode: 0o755,
  });
  return { cli, host: "unix:///x" };
}
const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
const audit = { name: "acme-audit", client: "acme", image: "i", user: "1:1", volumes: ["v:/v:ro"] };

test("a trusted program gets no network, no right and no image of a registry, and whose it is is known", async () => {
  const said = await runTrusted(engine("cat"), { ...audit, program: ["sh", "-c", "x"], input: "words" });
  expect(said).toMatchObject({ ok: true, stdout: "words" });
  expect(calls()[0]).toMatch(
    /^run --rm --pull never --name acme-audit-[0-9a-f]{8} --label agent-sandbox\.role=helper --label agent-sandbox\.client=acme --interactive --network none --read-only --cap-drop ALL --security-opt no-new-privileges --user 1:1 --volume v:\/v:ro --entrypoint sh i -c x$/,
  );
});

test("one that takes too long is removed, so that it holds no volume", async () => {
  const said = await runTrusted(engine("exec sleep 30"), { ...audit, program: ["sh"], seconds: 0.3 });
  expect(said).toMatchObject({ ok: false, why: expect.stringMatching(/gave no answer in 0\.3 s/) });
  const [run = "", remove] = calls();
  expect(remove).toBe(`rm --force ${/--name (\S+)/.exec(run)?.[1]}`);
});

test("one that fails by itself is gone by itself", async () => {
  const said = await runTrusted(engine("echo no >&2; exit 3"), { ...audit, program: ["sh"] });
  expect(said).toMatchObject({ ok: false, code: 3, why: "no" });
  expect(calls()).toHaveLength(1);
});

test("nothing is given to the agent's user while Podman does not say whose numbers its containers have", async () => {
  const inTheFolder = process.env.PATH;
  process.env.PATH = `${folder}:${inTheFolder}`;
  try {
    const giving = { ...audit, owner: "1001:1002", program: ["sh"] as [string] };
    const podman = (info: string) => ({ ...engine("", { client: "podman", info }), cli: "podman" });
    expect(await runTrusted(podman("echo no >&2; exit 125"), giving)).toMatchObject({
      ok: false,
      code: 125,
      why: "no",
    });
    expect(calls()).toHaveLength(1);
    await runTrusted(podman("echo true"), giving);
    expect(calls().at(-1)).toContain("--userns keep-id:uid=1001,gid=1002");
  } finally {
    process.env.PATH = inTheFolder;
  }
});
