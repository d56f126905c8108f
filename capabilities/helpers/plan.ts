import { names } from "../../plan/names.ts";
import { within } from "../../plan/path.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { isKeyByForm } from "../secret-name.ts";
import { helperFacts, helperTopics } from "./facts.ts";
import { type Helper, helpersOf } from "./helper.ts";

/** Helpers of one client at most: each is a container that an `up` proves. */
export const MOST = 16;

/** Where each helper has memory, whoever asks for it. */
export const OWN_MEMORY = ["/run", "/tmp"];

/** Containers beside the agent, on its network and without a way out. */
export const helpers: Capability = {
  check: ({ client, spec }) => [
    ...tooMany(spec),
    ...helpersOf(spec).flatMap((helper) => [
      ...judgeName(client, spec, helper),
      ...judgeImage(spec, helper),
      ...judgePlaces(spec, helper),
      ...judgeReady(helper),
      ...judgeClear(helper),
    ]),
  ],
  plan: ({ spec }) => ({ helpers: helpersOf(spec) }),
  posture: ({ spec }, placed) => helperFacts(spec, placed?.facts.helperExtensions),
  topics: helperTopics,
};

function tooMany({ helpers }: Pick<Spec, "helpers">): Problem[] {
  const count = Object.keys(helpers).length;
  return count > MOST
    ? [{ path: "helpers", message: `has ${count} helpers, and a client at most ${MOST}; remove some` }]
    : [];
}

/** The agent's resolver answers each name once, and each container has a name of its own. */
function judgeName(client: string, { egress }: Pick<Spec, "egress">, { name }: Helper): Problem[] {
  const own = ["localhost", "host", "agent", "gateway", "lock", client];
  const taken = own.includes(name) || Object.values(names(client)).some((other) => other === name);
  const message = taken
    ? `${quoted(name)} is a name of the sandbox itself; choose another one`
    : name in egress.lan
      ? `${quoted(name)} is an endpoint already (egress.lan.${name}), and a name leads to one place; rename one of them`
      : undefined;
  return message ? [{ path: `helpers.${name}`, message }] : [];
}

function judgeImage({ image: own }: Pick<Spec, "image">, { name, image, command }: Helper): Problem[] {
  if (typeof image === "string") return [];
  const path = `helpers.${name}.image`;
  return [
    ...(image.packages.length === 0 && image.extend === undefined
      ? [
          {
            ...{ path, message: "says nothing to build; name packages or a fragment, like {packages: [postgresql]}" },
            lacks: path,
          },
        ]
      : []),
    ...(own.ref === undefined
      ? []
      : [
          {
            path,
            message:
              "is built on the project's image, and image.ref takes another one, so the project's is not made; write the helper's image by digest",
          },
        ]),
    ...(command === undefined
      ? [
          {
            path: `helpers.${name}.command`,
            message: "is missing: an image that is built here starts nothing by itself; write it like [redis-server]",
          },
        ]
      : []),
  ];
}

/** Links that images of every distribution have. What is mounted behind one lies elsewhere than planned, which a proof takes for a hole (tried with /var/run/postgresql). */
const LINKS: Readonly<Record<string, string>> = { "/var/run": "/run", "/var/lock": "/run/lock" };

/** A place over what the engine or the loader needs would be another container than the image's. */
const KEPT = ["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr"];

function judgePlaces({ profile }: Pick<Spec, "profile">, { name, volume, tmp }: Helper): Problem[] {
  const all = [
    ...OWN_MEMORY.map((at) => ({ path: "", at })),
    ...(volume ? [{ path: `helpers.${name}.volume`, at: volume }] : []),
    ...tmp.map((at, index) => ({ path: `helpers.${name}.tmp[${index}]`, at })),
  ];
  return [
    ...(volume && profile === "lockdown"
      ? [
          {
            path: `helpers.${name}.volume`,
            message:
              'keeps state, and in profile "lockdown" nothing of a session outlives it; name the place under tmp',
          },
        ]
      : []),
    ...all.flatMap(({ path, at }, index) => {
      if (path === "") return [];
      const system = KEPT.find((kept) => within(at, kept) && !/^\/(etc|usr)\/./.test(at));
      if (system) return [{ path, message: `${at} is the image's own (${system}); choose another place` }];
      const link = Object.keys(LINKS).find((link) => within(at, link));
      if (link)
        return [
          {
            path,
            message: `${at} is below ${LINKS[link]}, to which ${link} leads, and that is memory already; leave it out`,
          },
        ];
      const other = all.find((other, at2) => at2 < index && (within(at, other.at) || within(other.at, at)));
      return other
        ? [{ path, message: `${at} and ${other.at} lie in one another; choose another place, or leave one out` }]
        : [];
    }),
  ];
}

function judgeReady({ name, ready }: Helper): Problem[] {
  return ready.command && ready.port
    ? [{ path: `helpers.${name}.ready`, message: "says a command and a port; leave one of them out" }]
    : [];
}

/** A password for tests is no secret. A key that is somebody's would be in clear in the state and in what the engine tells of the container, and the agent could have it. */
function judgeClear({ name, environment, command = [], ready }: Helper): Problem[] {
  const said: [key: string, value: string][] = [
    ...Object.entries(environment).map(([variable, value]): [string, string] => [`environment.${variable}`, value]),
    ...command.map((word, index): [string, string] => [`command[${index}]`, word]),
    ...(ready.command ?? []).map((word, index): [string, string] => [`ready.command[${index}]`, word]),
  ];
  return said.flatMap(([key, value]) =>
    isKeyByForm(value)
      ? [
          {
            path: `helpers.${name}.${key}`,
            message:
              "has the form of a key or a token, and whatever a helper has, the state and the agent have in clear; take it for known, make a new one, and write one that is for tests alone",
          },
        ]
      : [],
  );
}
