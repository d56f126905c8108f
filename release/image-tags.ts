import { planImages } from "../capabilities/image/image.ts";
import { PLATFORMS } from "../capabilities/image/lock.ts";
import { dataNames, readImageSources } from "../capabilities/image/look/sources.ts";

/** Who `dev` is in the images that a release names: the first user of a Linux machine. */
const OWNER = { uid: 1000, gid: 1000 };

/**
 * The images of a release, by platform: what each tag is. They are what is pushed for people to begin with (`agentbox images push REGISTRY TAG…`): those that all clients have, and one for each agent
 * alone. A tag is the hash of all that goes in, so a package and a checkout of the same version have the same.
 */
export function imageTags(root: string): Record<string, Record<string, string>> {
  const sources = readImageSources(root, { agents: dataNames(root, "agents"), tools: [] });
  return Object.fromEntries(
    PLATFORMS.map((platform) => {
      const tags = sources.agents.flatMap((agent) => {
        const plans = planImages({ ...OWNER, agents: [agent], tools: [], platform, sources });
        return Object.entries(plans).map(([role, { tag }]) => [tag, role === "agent" ? agent.name : role] as const);
      });
      return [platform, Object.fromEntries(tags)];
    }),
  );
}
