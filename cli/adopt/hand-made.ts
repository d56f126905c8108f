/** A sandbox that somebody made by hand, as far as one source tells of it: a container, a file of compose, a devcontainer.json, a list of names. All of it is others' text. */
export interface HandMade {
  /** What told it, for messages: `container box`, `compose.yaml, service app`. */
  from: string;
  /** What its words hold besides, where an agent may be named: its image, its command. */
  words: string[];
  image?: string;
  /** Where it works: what is mounted there is the workspace. */
  workdir?: string;
  mounts: HandMadeMount[];
  /** Without a value where it comes from elsewhere. */
  environment: [name: string, value: string | undefined][];
  ports: { host: string; container: string; everywhere: boolean }[];
  limits: { cpus?: number; memory?: number; pids?: number; shm?: number };
  gpu: boolean;
  /** Names that it may reach. Nothing where it has no such list: then it reaches all. */
  names?: string[];
  /** Files of `services:` and `domains:`. */
  policies: string[];
  resolvers: string[];
  /** What a sandbox does not have, in a word each, and why: `privileged`. */
  left: { what: string; why: string }[];
}

export interface HandMadeMount {
  source: string;
  at: string;
  readOnly: boolean;
  kind: "bind" | "volume";
}

/** One of which nothing is known yet. */
export function handMade(from: string): HandMade {
  return {
    ...{ from, words: [], mounts: [], environment: [], ports: [], limits: {}, gpu: false },
    ...{ policies: [], resolvers: [], left: [] },
  };
}

/** Rights of a container's that no sandbox has. */
export interface Rights {
  privileged?: boolean;
  capabilities?: readonly string[];
  /** `host`, `container:x`, or the names of networks. */
  network?: string;
  namespaces?: readonly string[];
  devices?: readonly string[];
  security?: readonly string[];
  user?: string;
  groups?: readonly string[];
  hosts?: readonly string[];
  sysctls?: readonly string[];
}

/** What of them is not carried over, each with its reason. */
export function leaveRights(rights: Rights): HandMade["left"] {
  const { privileged, capabilities = [], network = "", namespaces = [], devices = [], security = [], user } = rights;
  const { groups = [], hosts = [], sysctls = [] } = rights;
  const many = (all: readonly string[], what: string, why: string) =>
    all.map((one) => ({ what: `${what} ${one}`, why }));
  return [
    ...(privileged
      ? [{ what: "privileged", why: "whoever has it has this machine: an agent has no right of root's" }]
      : []),
    ...many(capabilities, "capability", "an agent's container has none; a firewall is the gateway's, outside of it"),
    ...(/^(host$|container:|service:)/.test(network)
      ? [
          {
            what: `network ${network}`,
            why: "a sandbox has networks of its own; a port of this machine is named in egress.host, one of the LAN in egress.lan",
          },
        ]
      : []),
    ...many(namespaces, "namespace", "a sandbox shares none with this machine"),
    ...many(devices, "device", "an agent's container has no device; a GPU is asked for by `gpu`"),
    ...many(security, "security option", "every container here has one filter of system calls, and gains no right"),
    ...many(groups, "group", "agents have the workspace owner's alone"),
    ...many(hosts, "host entry", "names are the gateway's to answer; name a machine of the LAN in egress.lan"),
    ...many(sysctls, "sysctl", "the kernel's settings of an agent's container are the engine's own"),
    ...(user && /^(root|0)(:|$)/.test(user) ? [{ what: "user root", why: "agents run as the workspace's owner" }] : []),
  ];
}
