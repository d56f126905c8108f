import type { Level } from "../../capabilities/guardrails/keys.ts";
import { type Problem, suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import { guardrails } from "../guardrails.ts";
import type { Judged } from "./kind.ts";
import { findings, type Rule } from "./rule.ts";

/** What the guardrails of the organisation come to for one client: what stops it, and what a person should see. */
export interface Ruling {
  problems: Problem[];
  warnings: Problem[];
}

/** Judges a client by the organisation's guardrails, each at the level that it has for this client. Pure. */
export function judgeByRules(rules: readonly Rule[], of: Judged): Ruling {
  const { guardrails: own } = of.declared.spec;
  const found = rules.flatMap((rule) => {
    const level = own[rule.name]?.level ?? rule.level;
    if (level === "off") return [];
    return findings(rule, of).map(({ path, message }) => ({
      level,
      problem: { path, message: `${message}. ${sentence(rule.why)} (guardrail ${rule.name})` },
    }));
  });
  const at = (wanted: Level) => found.flatMap(({ level, problem }) => (level === wanted ? [problem] : []));
  return { problems: [...ofNothing(rules, own), ...at("mandatory")], warnings: at("advisory") };
}

/** Levels for guardrails that are none of the organisation's. */
function ofNothing(rules: readonly Rule[], own: Judged["declared"]["spec"]["guardrails"]): Problem[] {
  const names = rules.map(({ name }) => name);
  return Object.keys(own)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: `guardrails.${name}`,
      message: guardrails.some((wall) => wall.name === name)
        ? `${quoted(name)} is a wall of every sandbox, which no stack file takes down; remove the line`
        : `${quoted(name)} is not a guardrail.${suggest(name, names) || ` Guardrails: ${names.join(", ") || "none"}; remove the line, or write one of these`}`,
    }));
}

/** One line, whatever form of text YAML has it in. */
function sentence(why: string): string {
  const line = why.trim().replace(/\s+/g, " ");
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
