import type { Expected, Technique, TechniqueClass } from "./technique.ts";
import { readTechniques } from "./techniques.ts";

/** docs/attacks.md: what is tried, of the headers of the programs that try it. */
export function renderAttacks(classes: readonly TechniqueClass[]): string {
  const count = classes.reduce((sum, { techniques }) => sum + techniques.length, 0);
  return [
    "# Attacks",
    "",
    "Made of the headers in `test/engine/attack/techniques/` by `node test/engine/attack/attacks-table.ts >docs/attacks.md`.",
    "",
    `${count} techniques in ${classes.length} classes. What each wall is, who attacks and how a leak is counted: [threat-model.md](threat-model.md).`,
    "*Shut*: nothing arrives anywhere. *Refused*: nothing arrives, and the audit has a line of this kind and reason. *Open*: it arrives where the",
    "policy says, as a control that the lab works, or as what a name alone cannot tell apart. *Plain* says why a plain network, where all others have",
    "to be seen, does not show it.",
    "",
    ...table(
      ["class", "attack", "wall", "by", "techniques"],
      [...classes]
        .sort((a, b) => (a.wall < b.wall ? -1 : Number(a.wall > b.wall)))
        .map((kind) => [
          `[${kind.name}](#${anchor(kind.name)})`,
          kind.what,
          kind.wall,
          kind.as?.join(", ") ?? "all",
          String(kind.techniques.length),
        ]),
    ),
    ...classes.flatMap(renderClass),
  ]
    .join("\n")
    .concat("\n");
}

function renderClass({ name, techniques }: TechniqueClass): string[] {
  const plain = techniques.some(({ unseen }) => unseen);
  const row = ({ id, at, how, expected, unseen }: Technique) => [
    `[${id}](../test/engine/attack/techniques/${at}.py)`,
    how,
    describe(expected),
    ...(plain ? [unseen ?? ""] : []),
  ];
  const head = ["technique", "how", "expected", ...(plain ? ["plain"] : [])];
  return ["", `## ${name}`, "", ...table(head, techniques.map(row))];
}

function describe(expected: Expected): string {
  if (typeof expected === "string") return expected;
  if ("openFor" in expected) return `open for ${expected.openFor.join(", ")}`;
  return `refused: ${expected.refused.kind}, ${expected.refused.reason}`;
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** As the viewers of Markdown name a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

if (import.meta.main) process.stdout.write(renderAttacks(readTechniques()));
