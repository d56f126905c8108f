import { LABELS } from "../gateway/contract.ts";
/**
 * What an image is to this project. current: a stack's plan wants it. in use: a container was made of it. last good: the newest of
 * its kind, which stays so that there is one to go back to. unused: nothing needs it.
 */
export type ImageState = "current" | "in use" | "last good" | "unused";

export interface ListedImage {
  tag: string;
  /** base, runtime, agent, extended, given or gateway. */
  role: string;
  /** Its agents and tool sets: `claude,codex + psql`. */
  holds: string;
  size: number;
  /** Seconds since 1970. */
  created: number;
  /** Who uses it: clients, by their stack's plan or a container, and names of other containers. Sorted. */
  users: string[];
  state: ImageState;
}

/** Lists this project's images on an engine with what each is. Sorted by role, the newest first. */
export function listImages(
  images: readonly {
    tags: readonly string[];
    id: string;
    created: number;
    size: number;
    labels: Readonly<Record<string, string>>;
  }[],
  containers: readonly { name: string; image: string; client?: string }[],
  /** Of each client the tags its plan wants. */
  wanted: Readonly<Record<string, readonly string[]>>,
): ListedImage[] {
  const all = images.flatMap(({ tags, id, created, size, labels }) =>
    tags.map((tag) => {
      const name = tag.replace(/^localhost\//, "");
      const role = /^agent-sandbox\/([^:]+):/.exec(name)?.[1] ?? name;
      const planned = Object.entries(wanted).flatMap(([client, all]) => (all.includes(name) ? [client] : []));
      const made = containers.filter(({ image }) => image === id).map(({ name, client }) => client ?? name);
      const { [LABELS.agents]: agents = "", [LABELS.tools]: tools = "" } = labels;
      const holds = [agents, tools].filter(Boolean).join(" + ");
      const state: ImageState = planned.length > 0 ? "current" : made.length > 0 ? "in use" : "unused";
      return { tag, role, holds, size, created, users: [...new Set([...planned, ...made])].sort(), state };
    }),
  );
  const kind = ({ role, holds }: ListedImage) => `${role} ${holds}`;
  const sorted = all.sort((a, b) => order(a.role) - order(b.role) || b.created - a.created || (a.tag < b.tag ? -1 : 1));
  return sorted.map((image) => {
    const newest = sorted.find((other) => kind(other) === kind(image)) === image;
    return image.state === "unused" && newest ? { ...image, state: "last good" as const } : image;
  });
}

const ROLES = ["gateway", "base", "runtime", "agent", "extended", "given"];

function order(role: string): number {
  const at = ROLES.indexOf(role);
  return at < 0 ? ROLES.length : at;
}
