import type { z } from "zod";
import { keys, list, text } from "../../stack-file/combinators.ts";
import { inFile } from "../../stack-file/issue.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { sift } from "../../stack-file/sift.ts";
import { Allowed } from "./keys.ts";

/** A file of `egress.from` as host/ has read it. */
export interface RawPolicyFile {
  /** As the stack file writes it: that is how the posture and messages name it. */
  path: string;
  content: unknown;
}

/** What a file of `egress.from` says. */
export interface PolicyFile {
  path: string;
  services: string[];
  domains: z.output<typeof Allowed>[];
}

const PolicyFileSchema = keys({
  services: list(text("a service", "github"), "[github, npm]")
    .default([])
    .describe("Services (files in policies/services)."),
  domains: list(Allowed, '[docs.acme.example, "*.acme.example"]')
    .default([])
    .describe("Names, written as in egress.allow."),
});

/** Files of `egress.from`, judged by their form. */
export interface ParsedPolicyFiles {
  /** What is right of each. */
  files: PolicyFile[];
  /** Each names the file and the key path in it. */
  problems: Problem[];
  /** What is found in `files` later, by the paths that the files have. */
  tell(later: readonly Problem[]): Problem[];
}

export function parsePolicyFiles(raw: readonly RawPolicyFile[]): ParsedPolicyFiles {
  const parsed = raw.map(({ path, content }) => ({ path, ...sift(PolicyFileSchema, content) }));
  return {
    files: parsed.flatMap(({ path, good }) => (good ? [{ path, ...good.value }] : [])),
    problems: parsed.flatMap(({ path, problems }) => inFile(path, problems)),
    tell: (later) =>
      later.map((problem) => {
        const taken = parsed.find(({ path }) => path === problem.file)?.taken;
        return taken ? { ...problem, path: taken.textAsWritten(problem.path) } : problem;
      }),
  };
}
