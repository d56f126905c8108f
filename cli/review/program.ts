import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { fewNames } from "../format/review.ts";

/** Files that are read as declarations, and those that nobody runs and no image has. */
const TOLD =
  /^stacks\/Pulumi\.[^/]+\.yaml$|^policies\/(services|guards|guardrails)\/(?!Pulumi)[^/]+\.yaml$|^(docs|test|examples)\/|^[^/]+\.md$|^(?!images\/).*\.test\.ts$/;

/** Folders whose files decide what a sandbox is. */
const FOLDERS = ["stacks", "policies", "images"];

/** How many of the program's own files are named; of what an image is made of, all are. */
const MOST = 5;

/**
 * Changed files that are no declaration, in words: they make the sandboxes, or run in them, and a review of what is declared says nothing about that.
 * @param root the project's files, as they are to be
 */
export function describeProgram(root: string, changed: readonly string[]): string[] {
  const led = linked(root);
  // What a link of these folders leads to is one of them, wherever it lies.
  const program = changed.filter(
    (file) => !TOLD.test(file) || led.some((to) => file === to || file.startsWith(`${to}/`)),
  );
  const [baked, others] = [program.filter(isBaked), program.filter((file) => !isBaked(file))];
  return [
    ...(baked.length > 0
      ? [
          `what images are made of changes, and of that this review tells versions, settings, and that the file of an agent or a tool is another: read ${baked.join(", ")}`,
        ]
      : []),
    ...(others.length > 0
      ? [`what makes the sandboxes changes too, of which this review tells nothing: read ${fewNames(others, MOST)}`]
      : []),
  ];
}

function isBaked(file: string): boolean {
  return file.startsWith("images/");
}

/** Where links among the files of these folders lead, below the project; the link itself is among them. */
function linked(root: string): string[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isSymbolicLink())
      .flatMap((entry) => {
        const link = join(entry.parentPath, entry.name);
        return [relative(root, link), ...(existsSync(link) ? [relative(realpathSync(root), realpathSync(link))] : [])];
      }),
  );
}
