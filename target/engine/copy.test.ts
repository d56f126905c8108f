import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { copyIn, copyOut } from "./copy.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-copy-"));
  mkdirSync(join(folder, "workspace"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An engine whose client runs here what it is to run in a container. */
function engine() {
  const cli = join(folder, "docker");
  const run = 'while [ "$1" != acme-agent ]; do shift; done; shift; exec "$@"';
  writeFileSync(cli, `#!/bin/sh\n${run}\n`, { mode: 0o755 });
  return { cli, host: "unix:///x" };
}
/** Takes an archive as `agentbox cp` does: one that has nothing is none. */
const take = async (archive: AsyncIterable<Buffer>) => {
  let bytes = 0;
  for await (const part of archive) bytes += part.length;
  if (bytes === 0) throw new Error("it breaks off");
};
const out = (place: string, base: string) => copyOut(engine(), "acme", { folder: join(folder, place), base }, take);

test("what is not in the sandbox is told as that, and not in the words of tar", async () => {
  for (const [place, base] of [
    ["workspace", "none"],
    ["none", "none"],
  ] as const)
    expect(await out(place, base)).toMatchObject({ ok: false, absent: true });
});

test("a link that leads nowhere is there, and so is a name that looks like an option", async () => {
  symlinkSync("/nowhere", join(folder, "workspace/link"));
  writeFileSync(join(folder, "workspace/--version"), "");
  for (const base of ["link", "--version"]) expect(await out("workspace", base)).toMatchObject({ ok: true });
});

test("a directory of the sandbox that is not there is named, and not what mktemp says of it", async () => {
  const said = await copyIn(engine(), "acme", Readable.from([]), "f", join(folder, "none/f"));
  expect(said).toMatchObject({ ok: false, why: `${join(folder, "none")} is no directory there` });
  expect(readdirSync(folder).sort()).toEqual(["docker", "workspace"]);
});
