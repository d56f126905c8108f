import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { withoutSalt } from "../../stack-file/salt.ts";
import { patchOf, patchOfStackFile } from "./patch.ts";

test("what a patch says is what `patch -p1` and git make of it, behind remarks that name files, too", () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-patch-"));
  const file = join(folder, "stacks/x.yaml");
  mkdirSync(join(folder, "stacks"));
  const text = fc
    .array(fc.constantFrom("a", "b", "# c", "", "  d: [e]", "\\ No newline at end of file"), { maxLength: 12 })
    .chain((lines) => fc.boolean().map((end) => lines.join("\n") + (end ? "\n" : "")));
  const remarks = "# --- a/stacks/y.yaml\n# 1d\n\n";
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const patch = patchOf("stacks/x.yaml", before, after);
        if (before === after) return expect(patch).toEqual([]);
        for (const [program, ...args] of [
          ["patch", "-p1", "--silent"],
          ["git", "apply", "--unidiff-zero", "--allow-empty"],
        ] as const) {
          writeFileSync(file, before);
          // An empty file is none to git's patches.
          if (program === "git" && (before === "" || after === "")) continue;
          execFileSync(program, args, { cwd: folder, input: `${remarks}${patch.join("\n")}\n` });
          expect(readFileSync(file, { encoding: "utf8", flag: "a+" })).toBe(after);
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ["at the end, behind the line", (text: string) => `${text}${SALT}`],
  ["at the beginning", (text: string) => `${SALT}${text}`],
])("a patch of a stack file fits where the salt is %s, and a clone, which has none", (_where, salted) => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-patch-"));
  const file = join(folder, "stacks/x.yaml");
  mkdirSync(join(folder, "stacks"));
  const lines = Array.from({ length: 5 }, (_, at) => `line ${at}\n`);
  try {
    // A line more, and another one, at each place.
    for (let at = 0; at <= lines.length; at++)
      for (const gone of [0, 1]) {
        const [before, after] = [lines.join(""), lines.toSpliced(at, gone, "come\n").join("")];
        const patch = patchOfStackFile("stacks/x.yaml", salted(before), salted(after));
        expect(patch.join("\n")).not.toContain("encryptionsalt");
        for (const salt of [true, false]) {
          writeFileSync(file, salt ? salted(before) : before);
          execFileSync("patch", ["-p1"], { cwd: folder, input: `${patch.join("\n")}\n` });
          const came = readFileSync(file, "utf8");
          // Where the salt is the first line, a new first line stands on either side of it.
          expect([withoutSalt(came), came.includes(SALT)]).toEqual([after, salt]);
        }
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const SALT = "encryptionsalt: v1:x:y\n";
