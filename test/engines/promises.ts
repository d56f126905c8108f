/** What is tried on every engine, in the order of the table's columns: the names of the suite's groups, and what each promises. */
export const PROMISES = {
  converge: "one `up` makes agent, gateway and lock, and the allowed name answers",
  canary: "the walls are proven at each `up`, and a second look finds them as planned",
  unchanged: "a second `up`, `up --refresh` and `preview --refresh --expect-no-changes` change nothing",
  "hot change": "a change of policy takes effect while the containers stay",
  attacks: "network classes of the attack table, tried by the agent's user and by root beside it",
  "host names": "a name of the host that the engine writes into /etc/hosts leads nowhere",
  sabotage: "a removed gateway and a second network of the agent's are found and repaired",
  destroy: "nothing is left",
  gpu: "GPUs, made up ones, are had as they are asked for, or refused with what is missing, before the agent is touched",
} as const;

export type Promised = keyof typeof PROMISES;

/** The classes of the attack table that are tried: where an engine's own networks could let something through. */
export const CLASSES: readonly string[] = [
  ...["addresses", "bridge", "everybody", "handshakes", "host", "icmp", "ipv6"],
  ...["metadata", "questions", "rebinding", "requests", "resolvers", "services"],
];
