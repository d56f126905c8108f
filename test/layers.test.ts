import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A file, and what it imports: paths of this project, and modules by name. */
interface Module {
  file: string;
  /** What is loaded at run time. */
  imports: string[];
  /** What is imported as types alone. */
  types: string[];
  /** What it touches of the world without an import. */
  touches: string[];
}

const ROOT = join(__dirname, "..");
const IMPORT = /^(?:import|export)\s(?:([^;"]*?)\bfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gms;
const TYPES_ALONE = /^type\s|^\{\s*(?:type\s[^,}]+,?\s*)+\}\s*$/;
/** The environment, the clock, chance, the network, and modules that are loaded by no import. */
const WORLD =
  /\bprocess\.\w+|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bperformance\.now\(|\brequire\(|\bglobalThis\b/g;

const modules: Module[] = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file && !file.includes(".test.") && !/^(test|toolchain)\//.test(file))
  .map((file) => readModule(file, readFileSync(join(ROOT, file), "utf8")));

function readModule(file: string, text: string): Module {
  const found = [...text.matchAll(IMPORT)].map(([, what = "", from, called]) => {
    const name = (from ?? called)!;
    return {
      name: name.startsWith(".") ? normalize(join(dirname(file), name)) : name,
      type: TYPES_ALONE.test(what),
    };
  });
  const code = text
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/(?<!:)\/\/.*$/gm, "");
  return {
    file,
    imports: found.filter(({ type }) => !type).map(({ name }) => name),
    types: found.filter(({ type }) => type).map(({ name }) => name),
    touches: code.match(WORLD) ?? [],
  };
}

const capability = (file: string) => /^capabilities\/([^/]+)\//.exec(file)?.[1];
/** What of a capability, and of the stack file, may read the world. */
const reads = (file: string) => /^capabilities\/[^/]+\/(look\.ts|look\/)|^stack-file\/look\//.test(file);
const pure = (file: string) => /^(stack-file|gateway|plan|capabilities)\//.test(file) && !reads(file);

/** Modules of Node that touch nothing: paths, hashes, the form of addresses. */
const HARMLESS = ["node:path", "node:crypto", "node:net"];

/** What may not be, and what would be told of each import that is. */
const rules: [rule: string, breaks: (file: string, imported: string) => boolean][] = [
  [
    "what is decided is decided without input or output",
    (file, imported) =>
      pure(file) &&
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
    "nothing but components, the program and the policy pack knows Pulumi",
    (file, imported) =>
      imported.startsWith("@pulumi") &&
      !/^(components\/|(program|agent-sandbox)\.ts$|policies\/guardrails\/pack\.ts$)/.test(file),
  ],
  [
    "only an engine's own folder runs its client or asks its API",
    (file, imported) =>
      !file.startsWith("target/engine/") && ["target/engine/client.ts", "target/engine/api.ts"].includes(imported),
  ],
  ["nobody uses the command line", (file, imported) => imported.startsWith("cli/") && !file.startsWith("cli/")],
];

/** What several capabilities take of one: an image by digest, a size, where a secret is read, how a destination is written, and what overlaps. */
const SHARED = [
  "capabilities/image/image-ref.ts",
  "capabilities/limits/size.ts",
  "capabilities/credentials/source.ts",
  "capabilities/egress/keys.ts",
  "capabilities/network/addresses.ts",
];

/** Types of what each capability is given (capability.ts, `Named`): entries of catalogues, and the egress policy. */
const GIVEN_TO_ALL = [
  "capabilities/command-guards/guard.ts",
  "capabilities/egress/egress.ts",
  "capabilities/egress/service.ts",
  "capabilities/image/agent.ts",
];

test.each(rules)("%s", (_rule, breaks) => {
  expect(
    modules.flatMap(({ file, imports }) =>
      imports.filter((imported) => breaks(file, imported)).map((imported) => `${file} imports ${imported}`),
    ),
  ).toEqual([]);
});

test("what is decided is decided without input or output, by whatever way it is reached", () => {
  const byFile = new Map(modules.map((one) => [one.file, one]));
  /** How a file comes to touch the world, or nothing where it does not. */
  const way = (file: string, seen: readonly string[] = []): string[] | undefined => {
    const one = byFile.get(file);
    if (!one || seen.includes(file)) return undefined;
    const touched = one.touches[0] ?? one.imports.find((name) => name.startsWith("node:") && !HARMLESS.includes(name));
    if (touched) return [file, touched];
    for (const next of one.imports) {
      const further = way(next, [...seen, file]);
      if (further) return [file, ...further];
    }
    return undefined;
  };
  const pures = modules.filter(({ file }) => pure(file));
  expect(pures.length).toBeGreaterThan(50);
  expect(pures.flatMap(({ file }) => way(file)?.join(" → ") ?? [])).toEqual([]);
  expect(way("host/survey.ts")).toBeDefined();
});

/** Files that say the word as something else than an engine's kind or program. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "stack-file/shape.ts": "the namespace of the provider's own keys in a stack file",
};

test("what an engine is called decides nothing outside of its folder", () => {
  const named = modules
    .filter(({ file }) => !file.startsWith("target/engine/") && !(file in OTHERWISE))
    .filter(({ file }) => /["'`](docker|podman)["'`]/.test(readFileSync(join(ROOT, file), "utf8")))
    .map(({ file }) => file);
  expect(named).toEqual([]);
  for (const file of Object.keys(OTHERWISE)) expect(readFileSync(join(ROOT, file), "utf8")).toMatch(/"docker"/);
});

test("pulumi is started, and the files of its state are known, in one folder of the command line", () => {
  const known = modules.filter(({ file }) =>
    /"bin\/pulumi"|"\.pulumi"|\.pulumi\/|AGENT_SANDBOX_FILES/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  // It names folders of a home that hold keys.
  const files = known.map(({ file }) => file).filter((file) => file !== "capabilities/dotfiles/dotfile.ts");
  expect(files.sort()).toEqual(["cli/pulumi/files.ts", "cli/pulumi/run.ts"]);
});

test("what is the package's own is looked for in the package, of which a project that depends on it may have no link", () => {
  const inProject = /\bjoin\(\s*root,\s*"(bin|cli|setup|toolchain|release)(\/|")/i;
  expect(inProject.test('join(ROOT, "bin/agentbox")')).toBe(true);
  // A release is made in a checkout, which is both.
  const asked = modules.filter(({ file }) => !file.startsWith("release/"));
  const wrong = asked.filter(({ file }) => inProject.test(readFileSync(join(ROOT, file), "utf8")));
  expect(wrong.map(({ file }) => file)).toEqual([]);
});

test("no capability comes to another's code by way of a file that knows several", () => {
  const byFile = new Map(modules.map((one) => [one.file, one]));
  /** Capabilities whose code is loaded with a file that is none's own. */
  const behind = (file: string, seen: Set<string>): string[] =>
    (byFile.get(file)?.imports ?? []).flatMap((next) => {
      if (seen.has(next)) return [];
      seen.add(next);
      return capability(next) ? [next] : behind(next, seen);
    });
  const ways = modules
    .filter(({ file }) => capability(file))
    .flatMap(({ file, imports }) =>
      imports
        .filter((way) => !capability(way))
        .flatMap((way) =>
          behind(way, new Set())
            .filter((other) => capability(other) !== capability(file) && !SHARED.includes(other))
            .map((other) => `${file} → ${way} → ${other}`),
        ),
    );
  expect(ways).toEqual([]);
  // What knows several is found: otherwise the rule above would hold of nothing.
  expect(behind("plan/guardrails.ts", new Set())).toContain("capabilities/masks/mask.ts");
});

test("of another capability's files a capability has the types alone that all are given", () => {
  const others = modules.flatMap(({ file, types }) =>
    types
      .filter((other) => capability(file) && capability(other) && capability(file) !== capability(other))
      .filter((other) => !GIVEN_TO_ALL.includes(other) && !SHARED.includes(other))
      .map((other) => `${file} imports types of ${other}`),
  );
  expect(others).toEqual([]);
});

test.each([
  ['import "./x.ts";', ["plan/x.ts"], []],
  ['export * from "./x.ts";', ["plan/x.ts"], []],
  ['import {\n  type A,\n  b,\n} from "../x.ts";', ["x.ts"], []],
  ['import { type A } from "../x.ts";', [], ["x.ts"]],
  ['import type { A } from "../x.ts";', [], ["x.ts"]],
  ['const x = await import("./x.ts");', ["plan/x.ts"], []],
])("an import is read as what it is: %s", (text, imports, types) => {
  expect(readModule("plan/y.ts", text)).toMatchObject({ imports, types });
});

test("what touches the world without an import is found, in code alone", () => {
  expect(readModule("plan/y.ts", "const a = process.env.A; // Date.now()\n/* fetch( */ 'x'").touches).toEqual([
    "process.env",
  ]);
  expect(readModule("plan/y.ts", 'say("process.exit");\nconst t = new Date();').touches).toEqual(["new Date()"]);
});

test("the graph is read: what is known to be there is found", () => {
  const found = modules.find(({ file }) => file === "plan/plan.ts");
  expect(found?.imports).toContain("capabilities/index.ts");
  expect(modules.length).toBeGreaterThan(100);
});
