import * as pulumi from "@pulumi/pulumi";
import type { ImagePlans } from "../capabilities/image/image.ts";
import { USERS, WAY_OUT } from "../gateway/contract.ts";
import type { GitKeys as PublicKeys } from "../plan/git-keys.ts";
import { names } from "../plan/names.ts";
import type { SandboxPlan } from "../plan/plan.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Placement } from "../target/engine/reconcile.ts";
import { Agent } from "./agent.ts";
import { Canary } from "./canary.ts";
import { Credentials } from "./credentials.ts";
import { Firewall } from "./firewall.ts";
import { Gateway } from "./gateway.ts";
import { GitKeys } from "./git-keys.ts";
import { Helper } from "./helper.ts";
import { Image } from "./image.ts";
import { Lock } from "./lock.ts";
import { Network } from "./network.ts";
import { Owner } from "./owner.ts";
import { step } from "./step.ts";
import type { WipeWords } from "./steps/wipe.ts";
import { Volumes } from "./volumes.ts";

export interface SandboxArgs {
  plan: SandboxPlan;
  engine: Engine;
  /** How it is placed over what is there. */
  placement: Placement;
  /** Fingerprints of the secrets, by path. */
  fingerprints: Readonly<Record<string, string>>;
  /** False when the gateway has said that another policy is in force. */
  inForce: boolean;
  /** Whether the engine has keys for git, where it is to have some. */
  gitKeysThere: boolean;
}

/** A client's sandbox, placed as planned: the gateway is up with its policy before the agent starts, and proven after. */
export class Sandbox extends pulumi.ComponentResource {
  /** When the walls were proven the last time one of them changed. */
  readonly walls: pulumi.Output<string>;
  /** The public halves of its keys for git, where it has some. */
  readonly gitKeys?: pulumi.Output<PublicKeys | undefined>;

  constructor(
    name: string,
    { plan, engine, placement, fingerprints, inForce, gitKeysThere }: SandboxArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("agent-sandbox:index:Sandbox", name, {}, opts);
    const { client } = plan;
    const { present, standings, delivered, first, strangers, namesakes, doubles } = placement;
    // Made first, so it is deleted last: a destroy ends by asking the engine what is left. Volumes are removed by name as well, for one that somebody made
    // again by hand has no label.
    const wipe = step<WipeWords>(
      `${name}-wipe`,
      engine,
      {
        program: "wipe",
        words: { client, volumes: plan.volumes.map((volume) => volume.name), locked: plan.lock !== undefined },
        when: "destroyed",
      },
      // Of what is protected Pulumi refuses to delete anything: this is never replaced, so an `up` is not held up by it.
      { parent: this, protect: plan.protect ?? false },
    );
    const image = (purpose: keyof ImagePlans, dependsOn: pulumi.Resource[]): pulumi.Resource[] => {
      const wanted = plan.images[purpose];
      if (!wanted) return dependsOn;
      const args = { plan: wanted, engine, present: present.includes(wanted.tag) };
      return [new Image(`${name}-${purpose}-image`, args, { parent: this, dependsOn })];
    };
    const base = image("base", []);
    const gatewayImage = image("gateway", base);
    // Each image is built on top of the one before it.
    const runtimeImage = image("runtime", base);
    const agentImage = image("given", image("extended", image("agent", runtimeImage)));

    const volumes = new Volumes(
      `${name}-volumes`,
      { plan: plan.volumes, engine, present },
      { parent: this, dependsOn: wipe },
    );
    const network = new Network(
      `${name}-network`,
      { client, engine, networks: placement.networks, strangers, namesakes, doubles, maker: plan.maker },
      { parent: this, dependsOn: wipe },
    );
    const networks = network.made;

    const gateway = new Gateway(
      `${name}-gateway`,
      { workload: plan.gateway, engine, networks, standing: standings.gateway },
      { parent: this, dependsOn: [...gatewayImage, network, volumes] },
    );
    const credentials = new Credentials(
      `${name}-credentials`,
      {
        client,
        files: plan.secrets,
        fingerprints,
        volume: names(client).volume("secrets"),
        present: delivered && present.includes(names(client).volume("secrets")),
        owner: plan.agent.user,
        image: plan.gateway.image,
        engine,
      },
      { parent: this, dependsOn: [volumes, ...gatewayImage] },
    );
    const wayOut =
      plan.wayOut &&
      new Credentials(
        `${name}-way-out`,
        {
          ...{ client, files: plan.wayOut, fingerprints, image: plan.gateway.image, engine },
          volume: names(client).volume(WAY_OUT),
          present: present.includes(names(client).volume(WAY_OUT)),
          owner: `${USERS.dial.uid}:${USERS.dial.uid}`,
        },
        // Files are delivered by one container at a time.
        { parent: this, dependsOn: [volumes, credentials] },
      );
    const firewall = new Firewall(
      `${name}-firewall`,
      { policy: plan.policy, gateway: { name: plan.gateway.name, id: gateway.container.id }, engine, inForce },
      { parent: this, dependsOn: wayOut ? [wayOut] : [] },
    );
    const keyVolume = plan.volumes.find(({ purpose }) => purpose === "git-keys")?.name;
    const keys =
      keyVolume &&
      new GitKeys(
        `${name}-git-keys`,
        {
          ...{ client, engine, volume: keyVolume, present: gitKeysThere, owner: plan.agent.user },
          // Not one that a fragment of the client's has changed, where there is another.
          image: plan.images.runtime?.tag ?? plan.agent.image,
        },
        { parent: this, dependsOn: [volumes, ...agentImage] },
      );
    // The lock's rules are in force before the agent starts for the first time.
    const lock =
      plan.lock &&
      standings.lock &&
      new Lock(
        `${name}-lock`,
        { workload: plan.lock, engine, networks, standing: standings.lock },
        { parent: this, dependsOn: [...gatewayImage, network] },
      );
    const owner = new Owner(
      `${name}-owner`,
      { client, agent: plan.agent, image: plan.gateway.image, engine, present },
      { parent: this, dependsOn: [volumes, ...gatewayImage] },
    );
    // The agent starts after the policy is in force. A client's first gateway is shut until it has a policy, so there the agent may start beside the step, which
    // saves 0.4 s.
    const guarded = first ? gateway : firewall;
    const agent = new Agent(
      `${name}-agent`,
      { workload: plan.agent, engine, networks, standing: standings.agent, trusted: plan.gateway.image },
      {
        parent: this,
        dependsOn: [
          ...agentImage,
          ...[volumes, owner, network, credentials, guarded],
          ...(lock ? [lock] : []),
          ...(keys ? [keys] : []),
        ],
      },
    );
    // A new container, or a new image of one, replaces neither agent nor gateway: nothing of theirs depends on it.
    const helpers = plan.helpers.map((helper) => {
      const { workload, ready } = helper;
      const named = `${name}-helper-${helper.name}`;
      const made = new Image(
        `${named}-image`,
        { plan: helper.image, engine, present: present.includes(helper.image.tag) },
        { parent: this, dependsOn: runtimeImage },
      );
      const owned = new Owner(
        `${named}-owner`,
        { client, agent: workload, image: plan.gateway.image, engine, present },
        { parent: this, dependsOn: [volumes, ...gatewayImage] },
      );
      const standing = placement.helpers[helper.name];
      if (!standing) throw new Error(`how ${workload.name} stands was not judged`);
      const placed = new Helper(
        named,
        { client, workload, engine, networks, standing, ready, image: plan.gateway.image },
        // Rules of the host are in force before it starts, as before the agent does.
        { parent: this, dependsOn: [made, owned, volumes, network, gateway, ...(lock ? [lock] : [])] },
      );
      return { ...helper, standing, placed };
    });
    const canary = new Canary(
      `${name}-canary`,
      {
        client,
        proof: plan.proof,
        agent: plan.agent.name,
        helpers: Object.fromEntries(plan.helpers.map(({ workload, proof }) => [workload.name, proof])),
        containers: [
          ...[plan.gateway, plan.agent, ...(plan.lock ? [plan.lock] : [])],
          ...plan.helpers.map(({ workload }) => workload),
        ].map((workload) => workload.name),
        image: plan.gateway.image,
        engine,
        limited: [
          { workload: plan.gateway, standing: standings.gateway, id: gateway.container.id },
          { workload: plan.agent, standing: standings.agent, id: agent.container.id },
          ...(lock && plan.lock && standings.lock
            ? [{ workload: plan.lock, standing: standings.lock, id: lock.container.id }]
            : []),
          ...helpers.map(({ workload, standing, placed }) => ({ workload, standing, id: placed.container.id })),
        ],
        after: [
          firewall.applied,
          gateway.container.id,
          agent.container.id,
          ...(lock ? [lock.container.id] : []),
          ...helpers.map(({ placed }) => placed.container.id),
        ],
      },
      {
        parent: this,
        // Of a helper its container, not its readiness: one that never becomes ready leaves the walls proven.
        dependsOn: [gateway, agent, ...(lock ? [lock] : []), ...helpers.map(({ placed }) => placed.container)],
      },
    );
    this.walls = canary.said;
    if (keys) this.gitKeys = keys.made;
    this.registerOutputs({ walls: this.walls });
  }
}
