import type { Endpoint } from "../../gateway/gateway-policy.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { ALL, type DeliveredFile } from "../delivered.ts";
import { ENDPOINT_KINDS, type EndpointKind } from "./kinds.ts";

type Declared = Pick<Spec, "environment" | "secrets" | "helpers">;
type Place = Pick<Endpoint, "name" | "port">;

/**
 * The variables by which programs find an endpoint or a helper (`PGHOST`, `OLLAMA_HOST`), for every agent and shell. Of two endpoints of one kind neither is meant more than the
 * other, and a kind of which the client says a variable itself is the client's: then none of the kind is set, for half of an address is the wrong one.
 */
export function endpointVariables(spec: Declared, endpoints: readonly Place[]): DeliveredFile[] {
  return kindsOf(spec, endpoints).flatMap(({ kind, places: [place, ...others] }) =>
    place && others.length === 0
      ? valuesOf(kind, place).map(([name, text]) => ({
          ...{ role: "variable" as const, reader: ALL, name },
          source: { text },
          key: keyOf(spec, place),
        }))
      : [],
  );
}

/** Kinds that have several endpoints, each with the line that chooses one. */
export function severalOfAKind(spec: Declared, endpoints: readonly Place[]): Problem[] {
  return kindsOf(spec, endpoints).flatMap(({ kind, places }) => {
    const [first, second] = places;
    if (!first || !second) return [];
    const there = places.map(({ name, port }) => `${name}:${port}`).join(" and ");
    const variables = Object.keys(kind.variables);
    const none = `${variables.join(" and ")} ${variables.length > 1 ? "are" : "is"} set for neither`;
    const line = valuesOf(kind, first).map(([variable, value]) => `${variable}: "${value}"`);
    return [
      {
        path: keyOf(spec, second),
        message: `${there} are both ${kind.name}, and ${none}; say which is meant, like environment: {${line.join(", ")}}`,
      },
    ];
  });
}

/** An endpoint as a person types it, with the variables that say it: `host:5432 (PGHOST, PGPORT)`. */
export function describeEndpoint(spec: Declared, endpoints: readonly Place[], { name, port }: Place): string {
  const of = kindsOf(spec, endpoints).find(
    ({ places: [place, ...others] }) => others.length === 0 && place?.name === name && place.port === port,
  );
  return `${name}:${port}${of ? ` (${Object.keys(of.kind.variables).join(", ")})` : ""}`;
}

/** Kinds with their endpoints, without those of which the client says a variable itself, to all or to one agent. */
function kindsOf({ environment, secrets, helpers }: Declared, endpoints: readonly Place[]) {
  const all = [
    ...endpoints,
    ...Object.entries(helpers).flatMap(([name, { ports }]) => ports.map((port) => ({ name, port }))),
  ];
  const said = [
    ...Object.entries(environment).flatMap(([name, of]) => (typeof of === "string" ? [name] : Object.keys(of))),
    ...Object.entries(secrets).flatMap(([name, secret]) => (secret.export ? [name] : [])),
  ];
  return ENDPOINT_KINDS.filter(({ variables }) => !said.some((name) => Object.hasOwn(variables, name))).map((kind) => ({
    kind,
    places: all.filter((place) => isOf(kind, place)),
  }));
}

/** A name says more than a port: `redis: 10.0.0.5:5432` is a redis. */
function isOf(kind: EndpointKind, { name, port }: Place): boolean {
  const named = ENDPOINT_KINDS.find((other) => other.name === name);
  return named ? named === kind : kind.port === port;
}

function valuesOf({ variables }: EndpointKind, { name, port }: Place): [variable: string, value: string][] {
  return Object.entries(variables).map(([variable, form]) => [
    variable,
    form.replace("{host}", name).replace("{port}", String(port)),
  ]);
}

/** No helper has the name of an endpoint. */
function keyOf({ helpers }: Declared, { name }: Place): string {
  if (Object.hasOwn(helpers, name)) return `helpers.${name}`;
  return name === "host" ? "egress.host" : `egress.lan.${name}`;
}
