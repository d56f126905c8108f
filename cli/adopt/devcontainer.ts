import { posix } from "node:path";
import { isMapping } from "../../stack-file/mapping.ts";
import { mapping, NEVER_RUN, texts } from "./compose.ts";
import { assignment } from "./container.ts";
import { type HandMade, type HandMadeMount, handMade, leaveRights } from "./hand-made.ts";

/** Words of a command that have a value behind them, with what they are: `--cap-add NET_ADMIN`, `--cap-add=NET_ADMIN`. */
const OPTIONS =
  /^--(cap-add|network|net|pid|ipc|uts|device|security-opt|user|memory|cpus|gpus|env|volume|mount|publish)$/;

/**
 * What a devcontainer.json says. Nothing of it is built or run.
 * @param workspace the folder that it opens
 * @returns why it cannot be read
 */
export function fromDevcontainer(file: string, content: unknown, workspace: string): HandMade | string {
  if (!isMapping(content)) return "is no devcontainer.json: it holds no mapping";
  const inWorkspace = (text: string) =>
    text
      .replaceAll(/\$\{localWorkspaceFolder\}/g, workspace)
      .replaceAll(/\$\{localWorkspaceFolderBasename\}/g, posix.basename(workspace));
  const asked = optionsOf(texts(content.runArgs).map(inWorkspace));
  const of = (name: string) => asked.flatMap((one) => (one.name === name ? [one.value] : []));
  const workdir = texts(content.workspaceFolder).map(inWorkspace)[0] ?? `/workspaces/${posix.basename(workspace)}`;
  const mounts = [content.workspaceMount, ...[content.mounts ?? []].flat(), ...of("mount")].flatMap((one) =>
    mountOf(one, inWorkspace),
  );
  const whole: HandMadeMount = { kind: "bind", source: workspace, at: workdir, readOnly: false };
  const environment = { ...mapping(content.containerEnv), ...mapping(content.remoteEnv) };
  const unread = asked.filter(({ name }) => !OPTIONS.test(`--${name}`) && !["privileged", "init", "rm"].includes(name));
  return {
    ...handMade(file),
    words: [...texts(content.name), ...texts(content.image), ...Object.keys(mapping(content.features))],
    ...(typeof content.image === "string" && { image: content.image }),
    workdir,
    mounts: mounts.some(({ at }) => at === workdir) ? mounts : [whole, ...mounts],
    environment: [
      ...Object.entries(environment).map(([name, value]): [string, string | undefined] => [
        name,
        value === null ? undefined : String(value),
      ]),
      ...of("env").map(assignment),
    ],
    ports: [...texts(content.forwardPorts), ...texts(content.appPort), ...of("publish")].map((port) => {
      const [host = port, container = host] = port.split(":").slice(-2);
      return { host, container, everywhere: false };
    }),
    gpu: of("gpus").length > 0,
    left: [
      ...leaveRights({
        privileged: content.privileged === true || asked.some(({ name }) => name === "privileged"),
        capabilities: [...texts(content.capAdd), ...of("cap-add")],
        network: [...of("network"), ...of("net")][0],
        namespaces: ["pid", "ipc", "uts"].flatMap((kind) => of(kind).map((value) => `${kind} ${value}`)),
        devices: of("device"),
        security: [...texts(content.securityOpt), ...of("security-opt")].filter((option) =>
          /unconfined|disable/.test(option),
        ),
        user: [...texts(content.containerUser), ...texts(content.remoteUser), ...of("user")][0],
      }),
      ...[...of("memory"), ...of("cpus")].map((value) => ({ what: `limit ${value}`, why: "write it below `limits`" })),
      ...of("volume").map((value) => ({ what: `volume ${value}`, why: "write it below `mounts`" })),
      ...unread.map(({ name }) => ({ what: `option --${name}`, why: "it is not known here" })),
      ...(content.build !== undefined || content.dockerFile !== undefined
        ? [
            {
              what: "build",
              why: "nothing of it is built; `tools`, `image.packages` and `image.extend` are what an image here is made of",
            },
          ]
        : []),
      ...Object.keys(mapping(content.features)).map((feature) => ({
        what: `feature ${feature}`,
        why: "an image here is made of `tools`, `image.packages` and `image.extend`",
      })),
      ...Object.keys(content)
        .filter((key) => /Command$/.test(key))
        .map((what) => ({ what, why: NEVER_RUN })),
      ...Object.keys(content)
        .filter((key) => !READ.includes(key) && !/Command$/.test(key))
        .map((key) => ({ what: `key ${key}`, why: "nothing of it is read here; look whether a sandbox needs it" })),
      ...(content.customizations !== undefined
        ? [{ what: "customizations", why: "they are an editor's, on this machine" }]
        : []),
      ...(content.dockerComposeFile !== undefined
        ? [{ what: "dockerComposeFile", why: "name that file itself: agentbox adopt FILE --service NAME" }]
        : []),
    ],
  };
}

/** Keys that are carried over, told of each by itself, or that say nothing of what is in a sandbox. */
const READ: readonly string[] = [
  ...["name", "image", "build", "dockerFile", "dockerComposeFile", "features", "customizations", "workspaceMount"],
  ...["workspaceFolder", "mounts", "containerEnv", "remoteEnv", "forwardPorts", "appPort", "runArgs", "capAdd"],
  ...["privileged", "securityOpt", "containerUser", "remoteUser", "service", "$schema", "portsAttributes", "init"],
  ...["overrideCommand", "shutdownAction", "updateRemoteUserUID", "waitFor", "userEnvProbe", "otherPortsAttributes"],
];

/** Names in a script that sets up a firewall, to let them through: what stands in quotes, or in a list of its own, and is a host's name. */
export function namesOfScript(text: string): string[] {
  return hostNamesIn(text, (line) => !REFUSES.test(line));
}

/** Names in those lines of it that refuse something. */
export function refusedInScript(text: string): string[] {
  return hostNamesIn(text, (line) => REFUSES.test(line));
}

/** `-j DROP`, `deny out to`, `BLOCKED=(…)`, and a line of /etc/hosts that leads nowhere. */
const REFUSES =
  /drop|reject|den(y|ied)|block|blackhole|blacklist|prohibit|(^|[\s"'])(0\.0\.0\.0|127\.0\.0\.1|::1?)[ \t]/i;

const HOST_NAME = /(?<=^|[^\w.@/-]|:\/\/)((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})(?![\w(=-]|\.\w)/g;

/** @param isAsked of a command in one line, without the names in it */
function hostNamesIn(text: string, isAsked: (line: string) => boolean): string[] {
  const lines = text
    .replace(/(^|\s)#.*$/gm, "")
    .replace(/\\\r?\n/g, " ")
    .split("\n");
  const found = lines
    .filter((line) => isAsked(line.replace(HOST_NAME, "")))
    .flatMap((line) => line.match(HOST_NAME) ?? []);
  return [...new Set(found.filter((name) => !/\.(sh|txt|json|conf|log|py|js|ts|yaml|yml|service)$/.test(name)))].sort();
}

/** JSON with comments and commas that nothing comes after. @throws SyntaxError */
export function parseJsonc(text: string): unknown {
  // Strings first: what looks like a comment in one is none. One that does not end goes to the end of the file, or a search of it would begin at each quote.
  const plain = text.replace(
    /("(?:[^"\\]|\\[\s\S])*(?:"|\\?$))|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
    (_, string) => string ?? " ",
  );
  return JSON.parse(plain.replace(/("(?:[^"\\]|\\[\s\S])*(?:"|\\?$))|,(?=\s*[}\]])/g, (_, string) => string ?? ""));
}

function optionsOf(args: readonly string[]): { name: string; value: string }[] {
  return args.flatMap((word, index) => {
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (!name) return [];
    return [{ name, value: value ?? (OPTIONS.test(word) ? (args[index + 1] ?? "") : "") }];
  });
}

/** `source=x,target=/y,type=bind,readonly`, or the same as a mapping. */
function mountOf(said: unknown, inWorkspace: (text: string) => string): HandMadeMount[] {
  const parts = isMapping(said)
    ? Object.entries(said).map(([key, value]) => [key, String(value)])
    : typeof said === "string"
      ? said.split(",").map((part) => part.split("="))
      : [];
  const all = Object.fromEntries(parts) as Record<string, string | undefined>;
  const [source, at] = [all.source ?? all.src, all.target ?? all.destination ?? all.dst];
  if (!source || !at) return [];
  return [
    {
      kind: all.type === "volume" ? "volume" : "bind",
      ...{ source: inWorkspace(source), at: inWorkspace(at), readOnly: "readonly" in all || "ro" in all },
    },
  ];
}
