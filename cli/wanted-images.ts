import { helpersOf } from "../capabilities/helpers/helper.ts";
import { type ImagePlan, lockProblems, planImages } from "../capabilities/image/image.ts";
import type { Platform } from "../capabilities/image/lock.ts";
import { readExtension, readHelperExtensions } from "../capabilities/image/look/extension.ts";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { contentTag } from "../capabilities/image/registry.ts";
import { surveyDirectories } from "../capabilities/workspace/look.ts";
import { passOverBroken } from "../host/pass-over-broken.ts";
import { writableDirectories } from "../host/writable.ts";
import { imageOf } from "../plan/helpers.ts";
import { readStackFile, stackFiles } from "../stack-file/look/stack-files.ts";
import { present } from "../stack-file/present.ts";
import type { Problem } from "../stack-file/problem.ts";
import { parseSpec } from "../stack-file/spec.ts";

/** A client of which nobody knows here what it wants. */
export interface Unplanned {
  client: string;
  file: string;
  why: string;
}

/**
 * The tags that the plans of these stacks want, of all of the project without a list, by client; of a stack that has no plan here, why. `contents` has of each tag
 * the one by which the registry lock knows the image.
 */
export function wantedImages(
  root: string,
  platform: Platform,
  clients: readonly string[] = stackFiles(root).map(({ client }) => client),
): { wanted: Record<string, string[]>; contents: Record<string, string>; unplanned: Unplanned[] } {
  const wanted: Record<string, string[]> = {};
  const contents: Record<string, string> = {};
  const unplanned: Unplanned[] = [];
  // That one is told as not planned; it keeps no other from it.
  passOverBroken(root, "each client");
  for (const { client, file } of stackFiles(root).filter((stack) => clients.includes(stack.client))) {
    try {
      const plans = plansOf(root, client, file, platform);
      wanted[client] = plans.map(({ tag }) => tag);
      for (const plan of plans) contents[plan.tag] = contentTag(plan);
    } catch (error) {
      unplanned.push({ client, file, why: (error as Error).message });
    }
  }
  return { wanted, contents, unplanned };
}

function plansOf(root: string, client: string, file: string, platform: Platform): ImagePlan[] {
  const { spec, problems } = parseSpec(readStackFile(root, file));
  // A plan with defaults in the place of wrong keys would be another plan.
  if (!spec || problems.length > 0) throw new Error(first(problems));
  const writable = writableDirectories(client, spec, root);
  const { workspace, problems: missing } = surveyDirectories({ ...spec, mounts: [] }, root, writable);
  if (!workspace) throw new Error(first(missing));
  const sources = readImageSources(root, spec);
  const wrong: Problem[] = [];
  const extension = readExtension(spec.image, root, writable, wrong);
  const beside = readHelperExtensions(spec, root, writable, wrong);
  if (wrong.length > 0) throw new Error(first(wrong));
  const { uid, gid } = workspace;
  const { agents, tools } = sources;
  const { from } = spec.images;
  const choice = { agents, tools, extension, ref: spec.image.ref, from, uid, gid, platform, sources };
  const unlocked = lockProblems(choice);
  if (unlocked.length > 0) throw new Error(first(unlocked));
  const plans = planImages(choice);
  const helpers = helpersOf(spec).map((helper) => imageOf(helper, workspace, plans, choice, beside[helper.name]));
  return [...Object.values(plans), ...helpers];
}

function first(problems: readonly Problem[]): string {
  const { file, path, message } = present(problems[0], "what is wrong");
  return [file, path, message].filter(Boolean).join(" ");
}
