import { join } from "node:path";
import { OF_RUNTIME } from "../capabilities/image/image.ts";
import { dataNames, readImageSources } from "../capabilities/image/look/sources.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { DistributionPackage } from "../target/engine/image/packages.ts";
import type { Look } from "../target/look.ts";
import { target } from "../target/target.ts";
import { type Bill, bill, type Component, ofLock, ofNpmLock } from "./bill-of-materials.ts";
import { imageTags } from "./image-tags.ts";

/**
 * What a release's images consist of that an engine has, for its platform: the distribution's packages by each image's own dpkg, and what the locks say of the rest.
 * @param lookAt asks an image
 * @returns which of the release's images could not be looked at, too: a bill without them is none of the release
 */
export async function billOfImages(
  root: string,
  engine: Engine,
  lookAt: (engine: Engine, tag: string) => Promise<Look<DistributionPackage[]>> = target.images.packages,
): Promise<{ bill: Bill; unseen: { role: string; tag: string; why: string }[] }> {
  const { lock, agents } = readImageSources(root, { agents: dataNames(root, "agents"), tools: [] });
  const { platform } = engine;
  const locked = (role: string): Component[] => {
    const runtime = OF_RUNTIME.flatMap((name) => ofLock(lock, name, platform));
    if (role === "runtime") return runtime;
    const agent = agents.find(({ name }) => name === role);
    if (!agent) return [];
    const own = agent.package ? ofLock(lock, agent.package.lock, platform) : [];
    return [
      ...runtime,
      ...own,
      ...(agent.npm ? ofNpmLock(join(root, "images/agents", agent.npm.folder), platform) : []),
    ];
  };
  const components: Component[] = [];
  const dependencies: NonNullable<Bill["dependencies"]> = [];
  const unseen: { role: string; tag: string; why: string }[] = [];
  for (const [tag, role] of Object.entries(imageTags(root)[platform] ?? {})) {
    const look = await lookAt(engine, tag);
    if ("unseen" in look) {
      unseen.push({ role, tag, why: look.unseen });
      continue;
    }
    const [name = "", version = ""] = tag.split(":");
    const parts = [...locked(role), ...look.seen.map((one) => ofDebian(one, lock.base.suite))];
    components.push({ "bom-ref": tag, type: "container", name: `${name} (${role})`, version }, ...parts);
    dependencies.push({ ref: tag, dependsOn: [...new Set(parts.map((part) => part["bom-ref"]))].sort() });
  }
  return { bill: bill(root, components, dependencies), unseen };
}

function ofDebian({ name, version, architecture }: DistributionPackage, suite: string): Component {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=${suite}`;
  return { "bom-ref": purl, type: "library", name, version, purl };
}
