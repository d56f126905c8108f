import type { z } from "zod";
import { keys, list, text } from "../../stack-file/combinators.ts";
import { judgeFile } from "../../stack-file/issue.ts";
import type { Problem } from "../../stack-file/problem.ts";
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

/** Judges the form of files of `egress.from`. Each problem names the file and the key path in it. */
export function parsePolicyFiles(raw: readonly RawPolicyFile[]): { files: PolicyFile[]; problems: Problem[] } {
  const files: PolicyFile[] = [];
  const problems: Problem[] = [];
  for (const { path, content } of raw) {
    const file = judgeFile(path, content, PolicyFileSchema, problems);
    if (file) files.push({ path, ...file });
  }
  return { files, problems };
}
