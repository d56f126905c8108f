import { names } from "../../plan/names.ts";
import type { Scratch } from "../../plan/workload.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { statePlaces } from "../state-places.ts";
import { imageFacts, imageTopics } from "./facts.ts";
import { lockProblems } from "./image.ts";

const GIB = 2 ** 30;

/** The agents with their tools, and where they keep their state. */
export const image: Capability = {
  check: ({ spec }) => addedToAnother(spec),
  plan: ({ client, spec, agents, tools }, { workspace: { uid, gid }, images: sources, engine: { platform } }) => {
    const problems = lockProblems({ agents, tools, ref: spec.image.ref, platform, sources });
    // In lockdown nothing of a session outlives the container's run: home, history, caches and agents' state are one tmpfs.
    if (spec.profile === "lockdown") return { scratch: [{ ...forgotten(`${uid}:${gid}`), key: "profile" }], problems };
    return {
      mounts: statePlaces(agents).map(({ purpose, at }) => ({
        kind: "volume",
        purpose,
        source: names(client).volume(purpose),
        at,
        readOnly: false,
        key: "agents",
      })),
      problems,
    };
  },
  posture: (of, placed) => imageFacts(of, placed?.facts),
  topics: imageTopics,
};

function forgotten(owner: string): Scratch {
  return { at: "/home/dev", size: GIB, exec: true, owner };
}

/** An image of one's own is taken as it is. */
function addedToAnother({ image, tools }: Pick<Spec, "image" | "tools">): Problem[] {
  if (!image.ref) return [];
  const added = { tools, "image.packages": image.packages, "image.extend": image.extend ? [image.extend] : [] };
  return Object.entries(added).flatMap(([path, list]) =>
    list.length > 0
      ? [{ path, message: "adds to the image of this project, and image.ref takes another one; leave one of them out" }]
      : [],
  );
}
