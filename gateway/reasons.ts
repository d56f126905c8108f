import { KINDS, type Kind, ONE_LINE_FOR } from "./contract.ts";

/** Why an audit line is there: every word that a gateway writes as `reason`, by the kinds of lines that have it. */
export interface Reason {
  kinds: readonly Kind[];
  word: string;
  /** What happened, in a sentence. */
  means: string;
  /** What to do when it should not be so; nothing where it is as it should be. */
  todo?: string;
}

const ALL = KINDS.connections;
const RESOLVED = ["tls", "http", "tcp"] as const;

/**
 * All reasons. docs/audit.md has them as a table, which is made of this list; contract.test.ts reads out of each program the words that it writes, and they
 * are these. A line of kind `request` has the agent's own words instead.
 */
export const REASONS = [
  {
    kinds: ALL,
    word: "allowed",
    means: "It went through, and ended by itself.",
  },
  {
    kinds: ALL,
    word: "unreachable",
    means:
      "It was allowed and dialled; the other side refused, or did not answer in 5 s. Behind a company's proxy: that one refused, or the connection was reset.",
    todo: "The site, or the way to it, is down: try it from the host. Of a published port: nobody in the sandbox listens on it, at any address. Of a port of the host: nobody listens on it there, or on 127.0.0.1 alone, [where the gateway does not come](egress.md#a-service-of-the-host).",
  },
  {
    kinds: ALL,
    word: "cut",
    means: "It was allowed, and its line was taken out of the policy while it was open.",
    todo: "An `up` removed the line, or a grant ended: the lines of kinds `policy` and `grant` say when.",
  },
  {
    kinds: ALL,
    word: "aborted",
    means: "The client went away before anything was judged.",
  },
  {
    kinds: ["tls"],
    word: "no-sni",
    means: "What came on port 443 is no TLS handshake, or is one without a name.",
    todo: "The program is no web client (ssh on 443, say): open a port of its own by `{host: …, ports: […]}`.",
  },
  {
    kinds: ["tls"],
    word: "bad-hello",
    means: "A handshake on port 443 could be read in two ways by two readers (D-50).",
    todo: "The program has to send a handshake as RFC 8446 has it.",
  },
  {
    kinds: ["http"],
    word: "bad-request",
    means: "A request on port 80 is not in the one form that requests have (D-48).",
    todo: "The program has to write its request as RFC 9112 has it, or use TLS.",
  },
  {
    kinds: ["dns", "tls", "http"],
    word: "domain",
    means: "The name is in no line of the policy, or is no name.",
    todo: "Allow it: `egress.allow`, or a service (`agentbox services`). `*.name` is not `name` itself.",
  },
  {
    kinds: ALL,
    word: "port",
    means: "The name is in the policy, and not with this port.",
    todo: "Open the port: `{host: NAME, ports: […]}`.",
  },
  {
    kinds: ["tls", "http"],
    word: "vip-mismatch",
    means:
      "The name is in the policy, and was asked for at an address that is not its own: `/etc/hosts`, `--resolve`, an answer remembered from before a change (answers live 60 s).",
    todo: "Wait a minute, restart the program, or take the line out of the sandbox's `/etc/hosts`.",
  },
  {
    kinds: RESOLVED,
    word: "no-dns",
    means: "The gateway's own resolver has no IPv4 address for the name.",
    todo: "[Ask it](debug-a-gateway.md#it-refuses-and-i-think-it-should-not). A company's own resolver is `resolvers:` in the stack file.",
  },
  {
    kinds: RESOLVED,
    word: "private-address",
    means: "The name leads to an address that is private, reserved, or the engine's host's.",
    todo: "Declare the machine by its address, `egress.lan: {NAME: ADDRESS}`, or the host's port under `egress.host`. Whoever owns a name could point it elsewhere.",
  },
  {
    kinds: ["kernel"],
    word: "closed",
    means:
      "A packet from inside was for a port of the gateway that is not open, or had another source than the agent's.",
    todo: "A port besides 80 and 443 is open only for names that have it: `{host: NAME, ports: […]}`.",
  },
  {
    kinds: ["kernel"],
    word: "unasked",
    means: "A packet came from outside that nobody asked for.",
  },
  {
    kinds: ["kernel"],
    word: "wall",
    means: "A packet *out of* the gateway that no rule allows: a daemon tried what it may not.",
    todo: "Report it: a daemon of the gateway does what it was not made for.",
  },
  {
    kinds: ["policy"],
    word: "live",
    means: "An `up` handed over a policy, and it is in force.",
  },
  {
    kinds: ["policy"],
    word: "restored",
    means: "The gateway started, and the saved policy is in force.",
  },
  {
    kinds: ["policy"],
    word: "refused",
    means: "An `up` handed over a policy that did not hold; the one before stays in force.",
    todo: "The message of that `up` says why.",
  },
  {
    kinds: ["policy"],
    word: "none-yet",
    means: "The gateway started, and no policy was saved: everything is shut.",
    todo: "The next `up` hands one over.",
  },
  {
    kinds: ["policy"],
    word: "saved-policy-broken",
    means: "The gateway started, and the saved policy does not hold: everything is shut.",
    todo: "The gateway's log says why; the next `up` hands a policy over.",
  },
  {
    kinds: ["grant"],
    word: "ended",
    means: "The end of a grant has come: what it had opened is shut, and its open connections were cut.",
    todo: "Where it is needed longer, give it a later `until` (`agentbox grant`); otherwise take its line out of the stack file.",
  },
  {
    kinds: ["policy"],
    word: "expired",
    means: "The sandbox's own end (`expires`) has come: everything is shut, and its open connections were cut.",
    todo: "Where it is needed longer, write a later day, and run `up`; otherwise `agentbox sweep` stops it, and a destroy removes it.",
  },
  {
    kinds: ["drift"],
    word: "reloaded",
    means: "The packet rules in the kernel were not the policy's, and were loaded again.",
    todo: "Somebody on the host changes the gateway's rules: look for a firewall manager.",
  },
  {
    kinds: ["drift"],
    word: "restored",
    means: "The route of the virtual addresses was gone, and is there again.",
    todo: "Somebody on the host changes the gateway's routes.",
  },
  {
    kinds: ["drift"],
    word: "restarted",
    means: "A daemon died, hung, or did not answer by the policy, and was started anew.",
    todo: "The line's name says which. The same one again and again is a fault of the gateway: report it.",
  },
  {
    kinds: ["drift"],
    word: "killed",
    means: "A process that was stopped, or that no supervisor has any more, was ended.",
  },
  {
    kinds: ["drift"],
    word: "saved again",
    means: "The saved policy was not the one in force, and was saved again.",
    todo: "Somebody changed the policy's volume.",
  },
  {
    kinds: ["drift"],
    word: "undone",
    means: "An `apply` was killed at its work, and the policy before it is in force again.",
    todo: "Run `up` again.",
  },
  {
    kinds: ["drift"],
    word: "the saved one restored",
    means: "No policy was in force, for the saved one did not hold at the start; it holds now, and is.",
  },
  {
    kinds: ["drift"],
    word: "cached answers dropped",
    means: "The clock jumped by more than 10 s, and the resolver forgot what it knew.",
  },
  {
    kinds: ["drift"],
    word: "gateway-ended",
    means:
      "Something was found that cannot be put back from inside: the gateway ended, and the engine starts it anew, shut.",
    todo: "Seen again and again, somebody on the host changes the gateway's namespace: another container on its networks, a firewall manager.",
  },
  {
    kinds: ["drift"],
    word: "unheard",
    means:
      "The kernel gives the audit no packets that rules refuse: there are no lines of kind `kernel`. The rules hold.",
    todo: "The line's name says why; the next start of the gateway tries again.",
  },
  {
    kinds: ["gateway"],
    word: "started",
    means: "The gateway started.",
  },
  {
    kinds: ["gateway"],
    word: "stopped",
    means: "The gateway ended in order. One that is killed says nothing.",
  },
  {
    kinds: [...ALL, ...KINDS.refusals],
    word: "left-out",
    means: "There were more lines of this kind than are told singly: this one stands for `count` of them.",
    todo: "A flood: look again when it is over.",
  },
  {
    kinds: ["gateway"],
    word: "audit-lost",
    means: "There was no room for `count` lines: a full disk, or more connections at one moment than fit into a pipe.",
    todo: "Make room on the disk.",
  },
] as const satisfies readonly Reason[];

export type ReasonWord = (typeof REASONS)[number]["word"];

/** The list as docs/audit.md has it: a row a reason. */
export function renderReasonTable(): string {
  const rows = REASONS.map(({ kinds, word, means, todo }: Reason) => [
    kindsOf(kinds).join(", "),
    `\`${word}\``,
    means,
    todo ?? "–",
  ]);
  return table(["kind", "reason", "what happened", "what to do"], rows);
}

/** What there is a line for, as docs/audit.md has it: a row a kind. */
export function renderKindTable(): string {
  return table(
    ["kind", "one line for"],
    Object.entries(ONE_LINE_FOR).map(([kind, what]) => [`\`${kind}\``, what]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

function kindsOf(kinds: readonly Kind[]): string[] {
  const every = ALL.every((kind) => kinds.includes(kind));
  const named = kinds.filter((kind) => !every || !ALL.some((one) => one === kind));
  return [...(every ? ["any connection"] : []), ...named.map((kind) => `\`${kind}\``)];
}
