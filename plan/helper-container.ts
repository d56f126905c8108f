import type { Helper } from "../capabilities/helpers/helper.ts";
import { OWN_MEMORY } from "../capabilities/helpers/plan.ts";
import { ULIMITS } from "../capabilities/limits/ulimits.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import type { Facts } from "./facts.ts";
import { labels, names } from "./names.ts";
import type { Workload } from "./workload.ts";

const MIB = 2 ** 20;

/**
 * A container beside the agent: no capability, no route out, nothing of the host, and a root that nobody writes. An agent can have it run whatever it likes
 * (`COPY … FROM PROGRAM`), so nothing that holds of the agent's container may be missing here.
 */
export function planHelper(
  client: string,
  helper: Helper & { user: string },
  image: string,
  address: string,
  addresses: AddressPlan,
  { maker }: Pick<Facts, "maker">,
  runtime?: string,
): Workload {
  const { name, environment, volume, tmp, limits, command, user } = helper;
  const purpose = `helper.${name}`;
  const { memory, pids, cpus } = limits;
  return {
    role: "beside",
    name: names(client).helper(name),
    hostname: name,
    image,
    ...(command && { arguments: command }),
    user,
    capabilities: [],
    environment,
    sysctls: {},
    // Its user's own: an engine gives memory the mode of the image's folder below it, and those are root's (measured on 20.10).
    scratch: [...new Set([...OWN_MEMORY, ...tmp])]
      .sort()
      .map((at) => ({ at, size: 64 * MIB, exec: false, owner: user })),
    mounts: volume
      ? [{ kind: "volume", purpose, source: names(client).volume(purpose), at: volume, readOnly: false }]
      : [],
    networks: [{ name: names(client).inner, address }],
    // It answers the agent alone. Without one the engine's own would ask the host's resolvers for whoever is in here.
    resolver: addresses.gateway,
    published: [],
    limits: { memory, pids, ...(cpus && { cpus }) },
    ulimits: ULIMITS,
    gpu: false,
    ...(runtime && { runtime }),
    // One that was stopped, because its walls were not proven, stays so.
    restart: "unless-stopped",
    // A database writes down what it has in memory.
    stopGrace: 20,
    labels: labels(client, "beside", maker),
  };
}
