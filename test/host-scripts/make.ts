import type { Rule } from "./rule.ts";

/** What a Makefile may not have, beside what its recipes may not. */
export const MAKE: readonly Rule[] = [
  {
    what: "what GNU Make 3.81 has not",
    pattern:
      /^\.ONESHELL|^\.SHELLFLAGS|^\.EXTRA_PREREQS|^[\w.-]+\s*(!=|:{2,3}=)|\$\((file|guile|let|intcmp)\s|^undefine\s|^[^#]*\s&:|^define\s+\S+\s*[:+?]?=/,
    why: "they came with 3.82 and later",
    fix: "$(shell …), :=, a line a command",
    found: [
      ".ONESHELL:",
      ".SHELLFLAGS := -e -c",
      "x != ls",
      "x ::= 1",
      "y := $(file <a)",
      "undefine x",
      "a b &: c",
      "define x =",
    ],
    fine: ["x := 1", "a: b", "@[ a != b ]", "\t@[ a != b ]"],
  },
];
