import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { patchOf } from "./patch.ts";

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
