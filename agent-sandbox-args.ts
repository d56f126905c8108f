// Written by stack-file/arguments.ts, from the schema of stack files: DOCS=write npx jest stack-file/arguments
import type { z } from "zod";
import type { SpecSchema } from "./stack-file/spec.ts";

type Said = z.input<typeof SpecSchema>;

/** What a program says of a client: the keys of a stack file, in plain values. docs/ and the README say more of each. */
export interface AgentSandboxArgs {
  /** The one directory of the host that the agent may write; it must exist and belong to a regular user. Or `{volume: true}`: a volume of the client's own on the engine, which a destroy wipes; for an engine on another machine. */
  workspace: Said["workspace"];
  /** The container engine that the client lives on: `unix:///PATH`, `tcp://HOST:PORT`, `ssh://[USER@]HOST[:PORT]` or `context:NAME`. Default: what `DOCKER_HOST`, the docker context or a well-known socket offers. */
  engine?: Said["engine"];
  /** The agents in the sandbox, each a file in images/agents. Without it: `["claude"]`. */
  agents?: Said["agents"];
  /** Clients and language stacks in the image, each a file in images/tools. Without it: `[]`. */
  tools?: Said["tools"];
  /** The client's own layers on top of the shared image, or another image. Without it: `{"packages":[]}`. */
  image?: Said["image"];
  /** Where the images of the sandbox come from. Without it: `{}`. */
  images?: Said["images"];
  /** standard: what egress allows. lockdown: names only, no secrets, no more mounts, no dotfiles, a home that is forgotten. offline: no way out at all. web: any public host on 80 and 443. Without it: `"standard"`. */
  profile?: Said["profile"];
  /** What may leave the sandbox. Without it: `{"allow":[],"from":[],"lan":{},"host":[]}`. */
  egress?: Said["egress"];
  /** DNS servers the gateway asks, or for the names of one domain {domain, servers}. Default: those of the engine's host. Without it: `[]`. */
  resolvers?: Said["resolvers"];
  /** A company's HTTP proxy as the only way out to names, by its address: http://10.1.2.9:3128, or {url, username, password: {env: NAME}}. The gateway judges first. */
  upstreamProxy?: Said["upstreamProxy"];
  /** Containers beside the agent, reached by their names: a database, a cache. None has a way out. Without it: `{}`. */
  helpers?: Said["helpers"];
  /** Destinations that are open until a moment. The gateway ends them by its own clock, when nobody runs `up`, too. Without it: `[]`. */
  grants?: Said["grants"];
  /** GPUs given to the agent: false, all, a number, or a list of devices. Without it: `false`. */
  gpu?: Said["gpu"];
  /** The engine's runtime for the agent's container and its helpers, where it is not the engine's own choice. */
  runtime?: Said["runtime"];
  /** Ports of the agent published on 127.0.0.1 of the host, through the gateway. Without it: `[]`. */
  ports?: Said["ports"];
  /** How each agent logs in (`agentbox login`): by a key or token, in the sandbox, or by a copy of the host's login. `variable` says which of the agent's variables takes the key, where it has several. Without it: `{}`. */
  credentials?: Said["credentials"];
  /** Secrets delivered as files /run/secrets/<NAME>; with `export: true` as variables of agents and shells, too. Without it: `{}`. */
  secrets?: Said["secrets"];
  /** More trust anchors inside the sandbox: files of certificates, PEM or DER. Without it: `[]`. */
  ca?: Said["ca"];
  /** Variables of every agent and shell that `enter` starts, and of commands of `agentbox run`; below an agent's name, of that agent alone. Plain: a secret is one of `secrets`, with `export: true`. Without it: `{}`. */
  environment?: Said["environment"];
  /** The identity git uses inside the sandbox. Without it: `{"tokens":{},"knownHosts":[]}`. */
  git?: Said["git"];
  /** More directories and files of the host, read-only unless said otherwise. `when: exists` leaves out what is not there; `create: dir` or `create: file` makes it at the next up. Without it: `[]`. */
  mounts?: Said["mounts"];
  /** Files of the host put into the agent's home, read-only. They are delivered anew without replacing it. Without it: `{}`. */
  dotfiles?: Said["dotfiles"];
  /** Commands that the agents' own hooks refuse: all, none, or names of files in policies/guards. A seat belt, not a wall. Without it: `"all"`. */
  guards?: Said["guards"];
  /** What of the workspace the agent may not change (readonly) or not see (empty), besides the hooks of its git repositories, which are read-only; `**` is every level. It holds for what is there when the agent is placed. writable takes a mask away: with it, what the agent writes into hooks runs on the host. Without it: `[]`. */
  masks?: Said["masks"];
  /** What the agent container may use. Without it: `{"pids":1024}`. */
  limits?: Said["limits"];
  /** Limits that may be missing where the engine cannot hold them. Without the word, `up` is refused there. Without it: `[]`. */
  accept?: Said["accept"];
  /** The private range that the client's two networks (/24) come from. Another one where a VPN or a LAN needs the default. Without it: `"10.208.0.0/12"`. */
  addresses?: Said["addresses"];
  /** Bytes of the largest packet that the gateway sends out, where the way out takes less than 1500: a VPN's, say. Default: the engine's. */
  mtu?: Said["mtu"];
  /** Guardrails of the organisation (policies/guardrails) that have another level for this client, and why. Without it: `{}`. */
  guardrails?: Said["guardrails"];
  /** Approvals of changes that give the sandbox more, where policies/guardrails/approvals.yaml asks for them. Each holds for one change. Without it: `[]`. */
  approvals?: Said["approvals"];
  /** With true a destroy and a wipe of this client are refused, until an `up` without it. Without it: `false`. */
  protect?: Said["protect"];
  /** The day (in UTC) or the moment from which on the sandbox is shut: its gateway lets nothing through by its own clock, nobody brings it up or goes in, and `agentbox sweep` stops it. */
  expires?: Said["expires"];
  /** How long nobody is in the sandbox (no terminal, no command, no connection of a published port) before `agentbox sweep` stops it: 8h. From 30m to 90d. */
  idle?: Said["idle"];
  /** With true each agent runs in a session of tmux: it goes on when the terminal is gone, and `resume` comes back to it. Without it: `false`. */
  tmux?: Said["tmux"];
  /** A port of the host by which people come in with ssh, as the user dev, by their public keys alone. */
  ssh?: Said["ssh"];
  /** Logins whose page the person's own browser shows: `agentbox auth`. Without it: `{"domains":[]}`. */
  auth?: Said["auth"];
  /** With out, what runs in the sandbox may fill the clipboard of the person at its terminal (OSC 52). Nothing reads the clipboard. Without it: `"none"`. */
  clipboard?: Said["clipboard"];
}
