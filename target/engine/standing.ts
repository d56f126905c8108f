import { LABELS } from "../../gateway/contract.ts";
import type { ExpectedContainer } from "../../plan/expected.ts";
import { specHash } from "../../plan/hash.ts";
import type { Workload } from "../../plan/workload.ts";
import type { Inspected } from "./answers.ts";
import { checkContainer, limitsOf, otherAddresses } from "./check-container.ts";
import type { ContainerSpec } from "./dialect/dialect.ts";
import { dialects } from "./dialect/dialects.ts";
import type { Engine } from "./engine.ts";

/** How a planned container stands on the engine. */
export interface Standing {
  /** The label of what is planned. It is the one that is there as long as nothing differs; whatever differs gives it a new one. */
  spec: string;
  labels: Record<string, string>;
  /** What differs of itself or by somebody's hand: sentences for the preview. The container is replaced. */
  changed: string[];
  /** Whether the container that is there may come back when the new one cannot be made: not one that somebody changed or that did not run. */
  mayReturn: boolean;
  /** Limits that somebody changed: they are set again while it runs, where the engine does that. */
  limits: string[];
  /** What could not be looked at: sentences for the preview. */
  unseen: string[];
}

/**
 * Compares a planned container with what the engine has under its name. Pulumi's state knows only what was placed, and nothing of what was attached, raised,
 * stopped or removed by hand since.
 * @param found nothing where there is no such container
 * @param was whether the client had containers before
 * @param now what a spec's label ends in when it has to differ from every one before
 * @param last what the last `up` said that the container is; nothing where nobody knows
 */
export function judgeStanding(
  workload: Workload,
  posture: ExpectedContainer,
  engine: Engine,
  found: Inspected | undefined,
  was: boolean,
  now: string,
  last?: ExpectedContainer,
): Standing {
  const sources = sourceIds(workload);
  const hash = fingerprint(workload, engine);
  const labels: Standing["labels"] =
    Object.keys(sources).length > 0 ? { [LABELS.sources]: JSON.stringify(sources) } : {};
  const anew = (changed: string[], mayReturn = false): Standing => ({
    ...{ spec: `${hash}.${now}`, labels, changed, mayReturn },
    ...{ limits: [], unseen: [] },
  });
  if (!found) return anew(was ? [`${workload.name}: it is not there any more; it is placed anew`] : []);
  const label = found.Config.Labels?.[LABELS.spec];
  if (label === undefined)
    return anew([`${workload.name}: no up of this version made the one that is there; it is placed anew`]);
  // Another spec is planned, so the container is replaced anyway, and comparing it with this plan would report the change as drift.
  if (!label.startsWith(`${hash}.`)) return anew(otherSources(sources, found), true);
  const checks = checkContainer(roleOf(workload), posture, found);
  // Where limits are not set of a container that is there (Podman), one that somebody changed is placed anew.
  const setsLimits = dialects[engine.kind].limitsProcesses(workload);
  const wrong = [
    ...checks
      .filter(({ what }) => !setsLimits || !what.endsWith(": limits"))
      .flatMap(({ wrong }) => wrong.map(({ says }) => says)),
    ...otherAddresses(workload.networks, found),
  ];
  // Limits that are as the last up set them are another plan's, and nobody's hand was in it.
  const byHand =
    !last || limitsOf(checkContainer(roleOf(workload), { ...posture, limits: last.limits }, found)).length > 0;
  if (wrong.length > 0) return anew(wrong.map((text) => `${workload.name}: ${text}; it is placed anew`));
  return {
    spec: label,
    labels,
    changed: [],
    mayReturn: true,
    limits: byHand ? limitsOf(checks).map((text) => `${workload.name}: ${text}; it is set again`) : [],
    unseen: checks.flatMap(({ what, unseen }) => (unseen ? [`${what} could not be seen: ${unseen}`] : [])),
  };
}

/** What a container is called in checks: there are several helpers. */
function roleOf({ role, hostname }: Workload): string {
  return role === "beside" ? `helper ${hostname}` : role;
}

/** What of a container's spec is not changed while it runs, with the ids of what it mounts, as 16 hexadecimal digits. */
function fingerprint(workload: Workload, engine: Engine): string {
  const dialect = dialects[engine.kind];
  const fixed = Object.entries(dialect.container(workload, engine)).filter(
    ([key]) => !dialect.live(workload).includes(key as keyof ContainerSpec),
  );
  return specHash([Object.fromEntries(fixed), sourceIds(workload)]).slice(0, 16);
}

function sourceIds({ mounts }: Workload): Record<string, string> {
  return Object.fromEntries(
    mounts.flatMap((mount) => {
      // The source of an empty mask never changes. The mask is lost when the file under it is replaced.
      const id = mount.covers ?? (mount.kind === "bind" ? mount.id : undefined);
      return id ? [[mount.at, id]] : [];
    }),
  );
}

/**
 * Finds mounts whose source was replaced on the host. A mount goes on showing the old file or directory: a mask is lifted, a directory is dead. And
 * files that came since may have to be masked.
 */
function otherSources(planned: Record<string, string>, found: Inspected): string[] {
  const before = sourcesOf(found.Config.Labels);
  // A container without masks was made by a plan that saw none; without any id it was made before there were any.
  const known = Object.keys(before).length > 0;
  return Object.entries(planned).flatMap(([at, id]) => {
    if (before[at] === id) return [];
    if (before[at] === undefined)
      return known && at.startsWith("/workspace/")
        ? [`mask new: ${at} is masked from now on, for which the agent's container is placed anew`]
        : [];
    return at.startsWith("/workspace/")
      ? [
          `mask lifted: ${at} was replaced on the host, and until now the agent could read and write what lies there: look at it before you use it. This up puts the mask back`,
        ]
      : [
          `directory replaced: what is mounted at ${at} was made anew on the host, and the agent has the old one. This up mounts the new one`,
        ];
  });
}

/** The ids of a container's mounts by place, as its label has them. */
export function sourcesOf(labels: Inspected["Config"]["Labels"]): Record<string, string> {
  try {
    const said: unknown = JSON.parse(labels?.[LABELS.sources] ?? "{}");
    const entries = Object.entries(said && typeof said === "object" ? said : {});
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    // Somebody wrote the label by hand.
    return {};
  }
}
