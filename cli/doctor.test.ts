import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeFindings } from "./doctor.ts";

const ROOT = join(__dirname, "..");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-doctor-test-"));
  for (const own of ["stacks", "setup", ".state"]) mkdirSync(join(folder, own));
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(ROOT, file), join(folder, file));
  writeFileSync(join(folder, "setup/setup.sh"), `#!/bin/sh\necho "$*" >"${folder}/said"\n`, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function doctor(...words: string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AGENT_SANDBOX_ROOT: folder,
    DOCKER_HOST: `unix://${folder}/none`,
  };
  return spawnSync(process.execPath, [join(__dirname, "agentbox.ts"), "doctor", ...words], { env, encoding: "utf8" });
}

test("a checkout that nothing is set up in is told all of that at once, and nothing is done", () => {
  const { status, stdout } = doctor();
  expect(status).toBe(1);
  expect(stdout).toMatch(/^to mend: packages, pulumi, plugins, engine;/m);
  expect(existsSync(join(folder, "said"))).toBe(false);
});

test("--fix runs the pieces of set-up that are named, and tells what is left", () => {
  const { status, stdout } = doctor("--fix");
  expect(readFileSync(join(folder, "said"), "utf8")).toBe("packages pulumi plugins\n");
  expect(stdout).toContain("$ setup/setup.sh packages pulumi plugins\n");
  expect({ status, told: stdout.match(/^to mend: /gm)?.length }).toEqual({ status: 1, told: 2 });
});

test("what to do stands below what is wrong, and what is well has one line", () => {
  expect(
    describeFindings([
      { what: "node", word: "ok", says: "24", fix: "none" },
      { what: "state", word: "BAD", says: "gone", fix: "make it" },
    ]),
  ).toEqual(["ok      node   24", "BAD     state  gone", "               → make it", "to mend: state"]);
});
