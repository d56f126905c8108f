import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf, type Finding, judgeEmpty, judgeScript, recipesOf } from "./judge.ts";
import { MAKE } from "./make.ts";

/** Scripts that no person's machine runs, or only one that has what they ask for, and why. */
const ELSEWHERE: readonly { at: RegExp; why: string }[] = [
  { at: /^\.ci\//, why: "the project's own checks, on Linux" },
  { at: /^images\/base\/rootfs$/, why: "asks for mmdebstrap first, which Debian's kin alone have" },
  { at: /^images\//, why: "within an image" },
  { at: /^target\/engine\/(make-git-keys|receive-files)\.sh$/, why: "within a container" },
  { at: /^cli\/ways\/sshd\.sh$/, why: "within a sandbox" },
  { at: /^test\//, why: "the project's own tests, on Linux" },
];

/** Lines that are of Linux alone, by a text that they have. */
const LINUX: readonly { file: string; has: string; why: string }[] = [
  { file: "setup/engine.sh", has: "setsid dockerd", why: "behind is_debian, or dockerd itself, which macOS has not" },
  { file: "setup/lifecycle.sh", has: "/proc/[0-9]*/environ", why: "behind place_named, which needs /proc" },
  { file: "setup/lifecycle.sh", has: "flock 9", why: "behind place_named, which needs /proc" },
];

/** A script of the person's machine: a file, the recipes of a Makefile, or a block of a page. */
interface Script {
  file: string;
  text: string;
  /** Where it begins in the file, less one. */
  before: number;
  kind: "bash" | "make";
}

/** What stands in a project's scripts that some machine cannot run, a sentence each. @param root of the project */
export function judgeProject(root: string): { scripts: number; said: string[] } {
  const scripts = scriptsOf(root);
  return {
    scripts: scripts.length,
    said: scripts.flatMap((script) => judge(script).map((finding) => say(script, finding))),
  };
}

function judge({ file, text, kind }: Script): Finding[] {
  const lines = text.split("\n");
  const found =
    kind === "make"
      ? [...judgeScript(text, MAKE), ...judgeScript(recipesOf(text))]
      : [...judgeScript(text), ...judgeEmpty(text)];
  return found.filter(({ line }) => !LINUX.some((one) => one.file === file && lines[line - 1]?.includes(one.has)));
}

function say({ file, before }: Script, { line, rule: { what, why, fix } }: Finding): string {
  return `${file}:${before + line}  has ${what}: ${why}. Write ${fix}`;
}

function scriptsOf(root: string): Script[] {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)) && !ELSEWHERE.some(({ at }) => at.test(file)))
    .flatMap((file): Script[] => {
      const named = /(^|\/)Makefile$|\.(sh|bash|md)$|^bin\/|^toolchain\/conformance\//.test(file);
      if (!named && file.includes(".")) return [];
      const text = readFileSync(join(root, file), "utf8");
      if (file.endsWith(".md"))
        return blocksOf(text).map(({ text, line }) => ({ file, text, before: line, kind: "bash" as const }));
      if (/(^|\/)Makefile$/.test(file)) return [{ file, text, before: 0, kind: "make" }];
      return file.endsWith(".sh") || /^(#!.*\b(bash|sh)\b|# shellcheck shell=)/.test(text)
        ? [{ file, text, before: 0, kind: "bash" }]
        : [];
    });
}
