import { ESC } from "./esc.ts";
import { isAtOrBelow } from "./key-path.ts";
import { isMapping } from "./mapping.ts";
import { type Problem, suggest } from "./problem.ts";
import { quoted } from "./quoted.ts";

const NAMESPACE = "agent-sandbox";

/** What Pulumi reads of a stack's file (3.2xx, workspace.ProjectStack); it passes over anything else without a word. */
const KEYS = ["config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"];

/** Of Pulumi's own settings, and of those of the providers this program uses. */
export const KEYS_OF_OTHERS = ["pulumi", "docker", "command"];
const NAMESPACES = [NAMESPACE, ...KEYS_OF_OTHERS];

/** Where a value may be encrypted: what is a secret, or says where one is. */
export const SECRET = /^(secrets\.|git\.tokens?(\.|$)|credentials\.[^.]+\.apiKey(\.|$)|upstreamProxy\.password(\.|$))/;

/**
 * Judges a stack's file as it is written, and adds what its config alone was told of (`parseSpec`): Pulumi hands the program only
 * values below `config:` that have a namespace, with `secure:` taken off, and says nothing of the rest. What one mistake of shape explains is told once.
 * @param content the file, parsed; `undefined` when the config comes from elsewhere
 */
export function judgeStackFile(content: unknown, ofConfig: readonly Problem[]): Problem[] {
  const found = content === undefined ? [] : shapeProblems(content);
  const explained = ({ path, lacks }: Problem) =>
    found.some(
      (shape) =>
        shape.whole ||
        isAtOrBelow(path, shape.path) ||
        (shape.unread !== undefined && path !== "" && isAtOrBelow(shape.path, path)),
    ) ||
    // It is there, in a place that nobody reads.
    (lacks !== undefined && found.some((shape) => says(shape, lacks)));
  return [
    ...found.map(({ path, message }) => ({ path, message })),
    ...ofConfig
      .filter((problem) => problem.file !== undefined || !explained(problem))
      .map(({ lacks: _, ...problem }) => problem),
  ];
}

interface Shape extends Problem {
  /** What is not read there. */
  unread?: unknown;
  /** Nothing of the file is read. */
  whole?: true;
}

function shapeProblems(content: unknown): Shape[] {
  if (saysNothing(content))
    return [
      { path: "", message: "the file says nothing; write `config:` and below it agent-sandbox:workspace", whole: true },
    ];
  if (!isMapping(content))
    return [
      {
        path: "",
        message: "the file is no mapping; write `config:` and below it agent-sandbox:workspace",
        whole: true as const,
      },
    ];
  const config = content.config ?? {};
  return [
    ...elsewhere(content),
    ...Object.keys(content)
      .filter((key) => !KEYS.includes(key))
      .map((key) => ({ path: key, message: besideConfig(key, "config" in content), unread: { [key]: content[key] } })),
    ...(isMapping(config)
      ? [...Object.entries(config).flatMap(([key, said]) => configProblems(key, said)), ...saidTwice(config)]
      : [
          {
            path: "config",
            message: "is no mapping; write a key a line below it, like agent-sandbox:workspace",
            whole: true as const,
          },
        ]),
  ];
}

/** Pulumi adds its salt before the program runs, so an empty file has that line in a preview, and none in a check. */
function saysNothing(content: unknown): boolean {
  return content === null || (isMapping(content) && Object.keys(content).join() === "encryptionsalt");
}

/** What has Pulumi send the stack's key elsewhere: `pulumi preview` asks that place before this program runs (a POST to the endpoint of an awskms provider was seen). */
function elsewhere(content: Readonly<Record<string, unknown>>): Shape[] {
  const { secretsprovider = "passphrase", encryptedkey } = content;
  return [
    ...(secretsprovider === "passphrase" && encryptedkey === undefined
      ? []
      : [
          {
            path: secretsprovider === "passphrase" ? "encryptedkey" : "secretsprovider",
            message: `${secretsprovider === "passphrase" ? "" : `${quoted(secretsprovider)} `}has Pulumi ask another machine for the stack's key before anything of this program runs; remove the line, and encrypt with a passphrase`,
          },
        ]),
  ];
}

/** With and without the namespace it is one key to Pulumi, and which of the two it takes is its own affair. */
function saidTwice(config: Readonly<Record<string, unknown>>): Shape[] {
  return Object.keys(config)
    .filter((key) => !key.includes(":") && qualified(key) in config)
    .map((key) => ({
      path: key,
      message: `is there twice, as ${key} and as ${qualified(key)}; leave one of them out`,
    }));
}

function besideConfig(key: string, hasConfig: boolean): string {
  const near = key.includes(":") ? "" : suggest(key, KEYS);
  if (near) return `is not a key of a stack file, and nothing below it is read.${near}`;
  return `stands ${hasConfig ? "beside `config:`" : "where there is no `config:`"}, where nobody reads it; indent it below \`config:\` as ${qualified(key)}`;
}

function configProblems(key: string, said: unknown): Shape[] {
  const parts = key.split(":");
  const name = key.slice(key.lastIndexOf(":") + 1);
  if (name === ESC && (parts.length === 1 || parts[0] === NAMESPACE))
    return [
      {
        path: key,
        message: "is written beside `config:`, where Pulumi reads it, as environment: [acme/dev]",
        unread: { [name]: said },
      },
    ];
  const namespace = parts.length > 1 ? parts[0] : undefined;
  if (parts.length === 1 && suggest(key, [NAMESPACE]) && isMapping(said))
    return Object.keys(said).map((inner) => ({
      path: `${key}.${inner}`,
      message: `is a mapping below ${key}, which is not read; write ${NAMESPACE}:${inner} in one word`,
      unread: { [inner]: said[inner] },
    }));
  if (namespace !== undefined && !NAMESPACES.includes(namespace))
    return [
      {
        path: key,
        message: suggest(namespace, [NAMESPACE])
          ? `is not read: ${quoted(namespace)} is not this project's namespace. Did you mean "${NAMESPACE}:${name}"?`
          : `is not read: ${quoted(namespace)} is not a namespace of this project (${NAMESPACES.join(", ")}); remove the line`,
        unread: { [name]: said },
      },
    ];
  if (parts.length > 2)
    return [
      {
        // As the config has it, without the namespace.
        path: parts.slice(1).join(":"),
        message: `is not how a key is written; write ${name}: below ${NAMESPACE}:${parts[1]}`,
        unread: { [name]: said },
      },
    ];
  if (key === "config" && isMapping(said))
    return [
      {
        path: key,
        message:
          "is a second `config:` below the first, and nothing in it is read; take the line out, and move what is below it to the left",
        unread: said,
      },
    ];
  return parts.length === 1 || parts[0] === NAMESPACE ? valueProblems(name, said) : [];
}

function valueProblems(path: string, said: unknown): Shape[] {
  if (said === null)
    return [
      {
        path,
        message: 'has no value (YAML reads nothing, null and a bare ~ as none); write one, quoted where it is "~"',
      },
    ];
  if (isMapping(said) && typeof said.secure === "string" && Object.keys(said).length === 1)
    return SECRET.test(path)
      ? []
      : [
          {
            path,
            message:
              "is encrypted (secure:), so no reviewer sees what it opens; write it as it is. Only secrets, git.token, apiKey and upstreamProxy.password may be encrypted",
            unread: said,
          },
        ];
  if (Array.isArray(said)) return said.flatMap((item, index) => valueProblems(`${path}[${index}]`, item));
  return isMapping(said) ? Object.entries(said).flatMap(([key, inner]) => valueProblems(`${path}.${key}`, inner)) : [];
}

/** Whether what is not read has a key in it, with or without a namespace. */
function says({ unread }: Shape, key: string): boolean {
  if (!isMapping(unread)) return false;
  return Object.entries(unread).some(
    ([name, inner]) =>
      name.toLowerCase().split(":").at(-1) === key || says({ path: "", message: "", unread: inner }, key),
  );
}

function qualified(key: string): string {
  return `${NAMESPACE}:${key.split(":").at(-1)}`;
}
