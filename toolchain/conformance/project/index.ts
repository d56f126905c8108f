import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const id = config.require("id");

/** What the product does with the two plugins, once each: steps with a life cycle, secrets, networks, state, containers. */
class Site extends pulumi.ComponentResource {
  readonly page: pulumi.Output<string>;

  constructor(name: string) {
    super("conformance:index:Site", name);
    const options = { parent: this };
    const folder = new command.local.Command(
      "folder",
      {
        create: 'mkdir -p "$DIR" && echo "$DIR"',
        delete: 'rm -rf "$DIR"',
        environment: { DIR: config.require("dir") },
      },
      options,
    );
    const page = new command.local.Command(
      "page",
      {
        create: "cat > index.html && echo created",
        update: 'cat > index.html && echo "updated, before: $PULUMI_COMMAND_STDOUT"',
        delete: "rm -f index.html",
        dir: folder.stdout,
        stdin: pulumi.interpolate`<h1>${config.get("greeting") ?? "Hello"}</h1>\n`,
      },
      options,
    );
    new command.local.Command(
      "fingerprint",
      {
        create: 'printf %s "$TOKEN" | cksum',
        environment: { TOKEN: config.requireSecret("token") },
        logging: command.types.enums.local.Logging.None,
        triggers: [page.stdout],
      },
      options,
    );
    this.page = page.stdout;
    this.registerOutputs({ page: this.page });
  }
}

const site = new Site("site");
const network = new docker.Network("network", {
  name: id,
  internal: true,
  labels: [{ label: "conformance", value: id }],
  ipamConfigs: [{ subnet: config.require("subnet") }],
});
const volume = new docker.Volume("volume", { name: id, labels: [{ label: "conformance", value: id }] });
// An image of one file: no registry is asked, and nothing in it is ever started.
const image = new command.local.Command(
  "image",
  {
    create: 'tar -c -C "$FROM" index.html | docker import - "$NAME"',
    delete: 'docker image rm "$NAME" >/dev/null',
    environment: { FROM: config.require("dir"), NAME: `agent-sandbox-conformance:${id}` },
  },
  { dependsOn: [site] },
);
new docker.Container(
  "container",
  {
    name: id,
    image: `agent-sandbox-conformance:${id}`,
    command: ["/index.html"],
    start: false,
    mustRun: false,
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    memory: config.getNumber("memory") ?? 64,
    memorySwap: config.getNumber("memory") ?? 64,
    networksAdvanced: [{ name: network.name }],
    mounts: [{ type: "volume", source: volume.name, target: "/data", readOnly: true }],
    labels: [{ label: "conformance", value: id }],
  },
  { dependsOn: [image], deleteBeforeReplace: true },
);

export const page = site.page;
