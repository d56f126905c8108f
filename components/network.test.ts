import * as pulumi from "@pulumi/pulumi";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import type { Engine } from "../target/engine/engine.ts";

const engine = (kind: Engine["kind"]): Engine => ({
  kind,
  version: "1",
  host: "unix:///x",
  cli: kind,
  platform: "linux-x64",
  rootless: false,
  selinux: false,
  gpu: "none",
});

const addresses = (inner: string): AddressPlan => ({
  inner,
  outer: "10.208.1.0/24",
  innerPool: "10.208.0.64/26",
  gateway: "10.208.0.2",
  agent: "10.208.0.3",
  vips: "10.208.0.128/25",
  host: "10.208.1.1",
});

/** The options that the inner network is placed with. */
async function placed(kind: Engine["kind"], inner = "10.208.0.0/24"): Promise<pulumi.CustomResourceOptions> {
  const { Network } = await import("./network.ts");
  let found: pulumi.CustomResourceOptions | undefined;
  new Network(
    "acme-network",
    {
      client: "acme",
      addresses: addresses(inner),
      engine: engine(kind),
      specOf: () => "",
      strangers: [],
      namesakes: [],
      doubles: [],
    },
    {
      transformations: [
        ({ name, opts }) => {
          if (name === "acme-inner") found = opts;
          return undefined;
        },
      ],
    },
  );
  if (!found) throw new Error("no inner network was placed");
  return found;
}

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: ({ inputs }) => inputs,
  }),
);
afterAll(() => pulumi.runtime.disconnect());

test("on Docker the provider judges a network, which reads back as it was written", async () => {
  const { ignoreChanges, replacementTrigger } = await placed("docker");
  expect({ ignoreChanges, replacementTrigger }).toEqual({ ignoreChanges: [] });
});

test("on Podman a network's other form is no change, and another subnet is one", async () => {
  const { ignoreChanges, replacementTrigger } = await placed("podman");
  expect(ignoreChanges).toEqual(["ipamOptions", "ipamConfigs", "options"]);
  expect((await placed("podman")).replacementTrigger).toBe(replacementTrigger);
  expect((await placed("podman", "10.208.2.0/24")).replacementTrigger).not.toBe(replacementTrigger);
});
