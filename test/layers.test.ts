import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A file, and what it imports: paths of this project, and modules by name. Types alone are no import: nothing of them is left at run time. */
interface Module {
  file: string;
  imports: string[];
}

const ROOT = join(__dirname, "..");
const IMPORT = /^(?:import|export)\s(?!type\s)([^;]*?)\bfrom\s+"([^"]+)"|\bimport\("([^"]+)"\)/gms;
const TYPES_ALONE = /^\{\s*(?:type\s[^,}]+,?\s*)+\}\s*$/;

const modules: Module[] = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file && !file.includes(".test.") && !/^(test|toolchain)\//.test(file))
  .map((file) => ({ file, imports: importsOf(file) }));

function importsOf(file: string): string[] {
  return [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].flatMap(([, what = "", from, called]) => {
    if (TYPES_ALONE.test(what)) return [];
    const name = (from ?? called)!;
    return name.startsWith(".") ? normalize(join(dirname(file), name)) : name;
  });
}

const capability = (file: string) => /^capabilities\/([^/]+)\//.exec(file)?.[1];
/** What may read the world: a capability's look, and what asks registries for newer versions. */
const reads = (file: string) => /^capabilities\/[^/]+\/(look\.ts|look\/|bump\/)/.test(file);
const pure = (file: string) =>
  /^(stack-file|gateway|plan)\//.test(file) || (file.startsWith("capabilities/") && !reads(file));

/** Modules of Node that touch nothing: paths, hashes, the form of addresses. */
const HARMLESS = ["node:path", "node:crypto", "node:net"];

/** What may not be, and what would be told of each import that is. */
const rules: [rule: string, breaks: (file: string, imported: string) => boolean][] = [
  [
    "what is decided is decided without input or output",
    (file, imported) =>
      pure(file) &&
      file !== "stack-file/read.ts" &&
      (imported.startsWith("node:")
        ? !HARMLESS.includes(imported)
        : /^(host|components|cli|setup)\/|^@pulumi/.test(imported) || reads(imported)),
  ],
  [
    "no capability knows another",
    (file, imported) =>
      capability(file) !== undefined &&
      capability(imported) !== undefined &&
      capability(file) !== capability(imported) &&
      !SHARED.includes(imported),
  ],
  [
    "the gateway's policy is rendered of what it is given",
    (file, imported) =>
      file.startsWith("gateway/") && /^(capabilities|plan|target|host|components|cli)\//.test(imported),
  ],
  [
    "the stack file's schema takes nothing of a capability but its keys",
    (file, imported) =>
      file.startsWith("stack-file/") &&
      /^(plan|target|components|cli|gateway)\/|^capabilities\/[^/]+\/(?!keys\.ts$)/.test(imported),
  ],
  [
    "an engine knows the plan, and none of what was asked for",
    (file, imported) =>
      file.startsWith("target/") && /^(capabilities|components|cli|stack-file\/spec)\b/.test(imported),
  ],
  [
    "what is outside of a target and of what places on it knows the target by its port",
    (file, imported) =>
      !/^(target|components)\//.test(file) &&
      imported.startsWith("target/engine/") &&
      // How an engine wants a plan said is pure, and a part of the plan.
      !(file.startsWith("plan/") && imported.startsWith("target/engine/dialect/")),
  ],
  [
    "components place what was planned",
    (file, imported) =>
      file.startsWith("components/") &&
      !file.startsWith("components/steps/") &&
      /^(stack-file|host|cli)\//.test(imported),
  ],
  [
    "nothing but components and the program knows Pulumi",
    (file, imported) => imported.startsWith("@pulumi") && !/^(components\/|index\.ts$)/.test(file),
  ],
  ["nobody uses the command line", (file, imported) => imported.startsWith("cli/") && !file.startsWith("cli/")],
];

/** What several capabilities take of one: where a secret is read, and what overlaps. */
const SHARED = [
  "capabilities/credentials/source.ts",
  "capabilities/network/addresses.ts",
  "capabilities/command-guards/guard.ts",
];

test.each(rules)("%s", (_rule, breaks) => {
  expect(
    modules.flatMap(({ file, imports }) =>
      imports.filter((imported) => breaks(file, imported)).map((imported) => `${file} imports ${imported}`),
    ),
  ).toEqual([]);
});

test("the graph is read: what is known to be there is found", () => {
  const found = modules.find(({ file }) => file === "plan/plan.ts");
  expect(found?.imports).toContain("capabilities/index.ts");
  expect(modules.length).toBeGreaterThan(100);
});
