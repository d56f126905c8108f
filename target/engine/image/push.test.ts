import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../engine.ts";
import { pushImage } from "./push.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const [TAG, TO] = ["agent-sandbox/base:1", "registry.example/agent-sandbox/base:1"];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-push-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Pushes by a client of an engine that does this when it is called, and notes with what. */
function push(kind: Engine["kind"], script: string) {
  const cli = join(folder, "client");
  writeFileSync(cli, `#!/bin/sh\nhere=${folder}\necho "$*" >>$here/calls\n${script}\n`, { mode: 0o755 });
  return pushImage({ kind, cli, host: "unix:///x" } as Engine, TAG, TO);
}
const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

test("Docker's client says the digest of the manifest that was sent, and the second name goes again", async () => {
  const said = `case $1 in push) echo "1: Pushed"; echo "1: digest: ${DIGEST} size: 1234" ;; esac`;
  expect(await push("docker", said)).toEqual({ digest: DIGEST });
  expect(calls()).toEqual([`tag ${TAG} ${TO}`, `push ${TO}`, `rmi ${TO}`]);
});

test("Podman's leaves it in a file", async () => {
  expect(await push("podman", `printf ${DIGEST} >"$3"`)).toEqual({ digest: DIGEST });
  expect(calls()).toEqual([expect.stringMatching(`^push --digestfile \\S+ ${TAG} docker://${TO}$`)]);
  expect(existsSync(calls()[0]!.split(" ")[2]!)).toBe(false);
});

test("a push that fails says why, in the client's words, and leaves no second name", async () => {
  const denied = "case $1 in push) echo 'denied: requested access to the resource is denied' >&2; exit 1 ;; esac";
  expect(await push("docker", denied)).toEqual({ why: "denied: requested access to the resource is denied" });
  expect(calls().at(-1)).toBe(`rmi ${TO}`);
});

test.each(["docker", "podman"] as const)(
  "a client of %s that says no digest is not believed to have one",
  async (kind) => {
    expect(await push(kind, "echo latest: digest: sha256:1 size: 1")).toEqual({
      why: expect.stringMatching(/does not say by which digest .*push with a newer client, or from Docker/),
    });
  },
);
