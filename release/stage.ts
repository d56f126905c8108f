import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Architectures that the gateway's program is compiled for, by Go's names. */
const ARCHITECTURES = ["amd64", "arm64"] as const;

/** What of the repository is no part of the package: the repository's own tests and tools, its example clients, and the settings of one organisation, which are each project's to make. */
const LEFT_OUT =
  /^(test|stacks|examples|release|\.ci|toolchain\/conformance)\/|^(\.[^/]*|CONTRIBUTING\.md|Pulumi\.yaml|biome\.json|jest\..*|tsconfig\.json|package(-lock)?\.json)$|^policies\/guardrails\/((approvals|ceiling)\.yaml|pack\.js)$|\.(test|sample)\.ts$|\/__snapshots__\/|^toolchain\/.*_test\.go$/;

/**
 * Lays the package out in an empty folder: ES modules and types where their sources are, beside them what is no TypeScript, as git has it. The same commit, Node and Go give the same bytes.
 * @param go a Go that compiles the gateway's program
 */
export function stage(root: string, go: string, folder: string): void {
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  const files = tracked.filter((file) => !LEFT_OUT.test(file));
  for (const file of files.filter((file) => !file.endsWith(".ts"))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  compile(
    root,
    files.filter((file) => file.endsWith(".ts")),
    folder,
  );
  mkdirSync(join(folder, "prebuilt"));
  for (const architecture of ARCHITECTURES)
    execFileSync(join(root, "images/gateway/gatewayd/build"), [
      ...[go, architecture, join(folder, `prebuilt/gatewayd-${architecture}`)],
    ]);
  writeFileSync(join(folder, "package.json"), manifest(readFileSync(join(root, "package.json"), "utf8")));
  evenModes(folder);
}

function compile(root: string, sources: readonly string[], folder: string): void {
  const config = join(folder, "tsconfig.json");
  const settings = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      ...{ noEmit: false, declaration: true, rewriteRelativeImportExtensions: true, outDir: folder, rootDir: root },
      // Types were judged by `make lint`, for all of the repository at once.
      ...{ noCheck: true, incremental: false, typeRoots: [join(root, "node_modules/@types")], types: ["node"] },
    },
    include: [],
    files: sources.map((file) => join(root, file)),
  };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", config], { stdio: "inherit" });
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    if (file.endsWith(".d.ts")) {
      const types = readFileSync(join(folder, file), "utf8");
      // tsc 5.9 names sources there, which the package has not.
      writeFileSync(join(folder, file), types.replace(/((?:from|import\() ?"\.[^"]*)\.ts"/g, '$1.js"'));
    }
  rmSync(config);
}

/** What of package.json a project that depends on it has a use for. Its lines about Pulumi stay as they are: a toolchain that was built is known by them (toolchain/build.sh). */
function manifest(text: string): string {
  const { private: _, main: __, scripts: ___, devDependencies: ____, ...rest } = JSON.parse(text);
  const exports = {
    ".": { types: "./agent-sandbox.d.ts", default: "./agent-sandbox.js" },
    "./package.json": "./package.json",
  };
  return `${JSON.stringify({ ...rest, exports }, null, 2)}\n`;
}

/** As git has them, whatever the umask of who packs: npm takes modes into the tarball. */
function evenModes(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
