import type { DeliveredFiles } from "../../plan/deployed.ts";
import type { Look } from "../look.ts";
import type { Check } from "./check-container.ts";
import { isGone, runClient } from "./client.ts";
import { type Difference, narrows, unordered, widens } from "./difference.ts";
import type { Engine } from "./engine.ts";
import { type FoundFile, tellFiles } from "./tell-files.ts";

/**
 * Looks at the files that were delivered. Whoever has the engine's host can change them, and neither the container nor any state knows.
 * @param expected what the last `up` delivered
 */
export async function checkFiles(
  engine: Engine,
  of: { client: string; volume: string; image: string },
  expected: DeliveredFiles | undefined,
): Promise<Check> {
  const what = "files: those that were delivered";
  const unseen = (why: string): Check => ({ what, wrong: [], unseen: why });
  if (!expected) return unseen("the last up was of a version that did not write down what it delivered");
  const there = await runClient(engine, ["volume", "inspect", "--format", "{{.Name}}", of.volume]);
  if (isGone(there)) return { what, wrong: [narrows(`there is no volume ${of.volume}`)] };
  if (!there.ok) return unseen(there.why);
  const found = await tellFiles(engine, { ...of, owner: expected.owner }, { key: Buffer.from(expected.key, "hex") });
  return "unseen" in found ? unseen(found.unseen) : { what, wrong: fileDifferences(expected, found.seen) };
}

/**
 * Judges what an `up` sees of the files that the last one delivered: whether they are delivered again though nothing of them changed, and sentences for the preview. What
 * could not be seen is no reason for it. Pure.
 * @param before what the last `up` delivered, where that is known
 * @param now what this one delivers: what lies there already is none of somebody else's doing
 */
export function judgeFiles(
  volume: string,
  {
    before,
    now,
    found,
  }: { before?: DeliveredFiles; now: DeliveredFiles; found: Look<readonly FoundFile[] | undefined> },
): { stand: boolean; changed: string[]; unseen: string[] } {
  const told = { stand: true, changed: [], unseen: [] };
  if ("unseen" in found)
    return { ...told, unseen: [`whether ${volume} holds what was delivered could not be seen: ${found.unseen}`] };
  if (!found.seen || before?.key !== now.key) return told;
  const planned = fileDifferences(now, found.seen).map(({ says }) => says);
  const changed = fileDifferences(before, found.seen).filter(({ says }) => planned.includes(says));
  return {
    ...told,
    stand: changed.length === 0,
    changed: changed.map(({ says }) => `${volume}: ${says}; all of it is delivered again`),
  };
}

/** How delivered files differ from what was delivered, by path. Pure. */
export function fileDifferences(
  { owner, marks }: Pick<DeliveredFiles, "owner" | "marks">,
  found: readonly FoundFile[],
): Difference[] {
  const there = new Map(found.map((file) => [file.path, file]));
  const paths = [...new Set([...Object.keys(marks), ...there.keys()])].sort();
  return paths.flatMap((path) => {
    const file = there.get(path);
    const mark = marks[path];
    if (!file) return [narrows(`${path} is missing`)];
    if (mark === undefined) return [widens(`${path} is not planned`)];
    if ("other" in file) return [unordered(`${path} is no file, but a link or a device`)];
    return [
      ...(file.mark === mark ? [] : [unordered(`${path} is not what was delivered`)]),
      ...(file.owner === owner && file.mode === MODE
        ? []
        : [unordered(`${path} belongs to ${file.owner} with the mode ${file.mode}, not to ${owner} with ${MODE}`)]),
    ];
  });
}

/** As receive-files.sh gives it. */
const MODE = "0400";
