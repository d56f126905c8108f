import type { Helper } from "../capabilities/helpers/helper.ts";
import { OWN_MEMORY } from "../capabilities/helpers/plan.ts";
import type { Extension } from "../capabilities/image/extension.ts";
import { planHelperImage } from "../capabilities/image/helper-image.ts";
import type { ImagePlan, ImagePlans } from "../capabilities/image/image.ts";
import { asTaken, type RegistryChoice } from "../capabilities/image/registry.ts";
import { type AddressPlan, helperAddresses } from "../capabilities/network/addresses.ts";
import type { GatewayInput } from "../gateway/gateway-policy.ts";
import { planHelperProbes } from "../gateway/probes.ts";
import { present } from "../stack-file/present.ts";
import type { Dialect } from "../target/engine/dialect/dialect.ts";
import type { Facts } from "./facts.ts";
import { planHelper } from "./helper-container.ts";
import { type Proof, planProof } from "./proof/proof.ts";
import type { Workload } from "./workload.ts";

/** A helper, decided: its image, its container, when it is ready, and what is proven of it. */
export interface HelperPlan {
  name: string;
  image: ImagePlan;
  workload: Workload;
  ready: Ready;
  proof: Proof;
}

/** What an `up` waits for: a command in the helper that succeeds, a port of its own that accepts, or, where neither is said, that it runs. */
export type Ready = { command: readonly string[] } | { port: number; address: string } | { runs: true };

/** Where each helper is on the agent's network, by its name there. */
export function helperNames(addresses: AddressPlan, helpers: readonly Helper[]): { name: string; address: string }[] {
  const at = helperAddresses(
    addresses.inner,
    helpers.map(({ name }) => name),
  );
  return helpers.map(({ name }) => ({ name, address: present(at.get(name), `the address of ${name}`) }));
}

/** The helpers of a client, in the order of their names. Pure. */
export function planHelpers(
  input: GatewayInput,
  helpers: readonly Helper[],
  images: ImagePlans,
  registry: RegistryChoice,
  facts: Facts,
  addresses: AddressPlan,
  dialect: Dialect,
  runtime?: string,
): HelperPlan[] {
  return helpers.map((helper) => {
    const address = present(
      input.helpers?.find(({ name }) => name === helper.name)?.address,
      `the address of ${helper.name}`,
    );
    const user = userOf(helper, facts.workspace);
    const image = imageOf(helper, facts.workspace, images, registry, facts.helperExtensions?.[helper.name]);
    const workload = planHelper(input.client, { ...helper, user }, image.tag, address, addresses, facts, runtime);
    return {
      ...{ name: helper.name, image, workload, ready: readyOf(helper, address) },
      proof: planProof(workload, planHelperProbes(input), [], dialect.scratch),
    };
  });
}

/** The image of a helper. @param extension what it is built of, where it is no image by digest */
export function imageOf(
  helper: Helper,
  owner: Owner,
  { runtime }: Pick<ImagePlans, "runtime">,
  registry: RegistryChoice,
  extension: Extension = { packages: [] },
): ImagePlan {
  const make = (parent: string) =>
    planHelperImage({
      ...(typeof helper.image === "string" ? { ref: helper.image } : { extension }),
      places: [...(helper.volume ? [helper.volume] : []), ...helper.tmp, ...OWN_MEMORY],
      ...(helper.volume && { volume: helper.volume }),
      ...{ runtime: parent, user: userOf(helper, owner) },
    });
  return asTaken(registry, make, runtime);
}

type Owner = Pick<Facts["workspace"], "uid" | "gid">;

function userOf({ user }: Helper, { uid, gid }: Owner): string {
  return user ?? `${uid}:${gid}`;
}

function readyOf({ ready, ports }: Helper, address: string): Ready {
  if (ready.command) return { command: ready.command };
  const port = ready.port ?? ports[0];
  return port === undefined ? { runs: true } : { port, address };
}
