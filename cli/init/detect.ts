import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ownAuthorities, trustPlaces } from "../../capabilities/credentials/look/machine-trust.ts";
import { dataNames, readImageCatalogue } from "../../capabilities/image/look/sources.ts";
import { hostPath } from "../../host/path.ts";
import { readSmall } from "../../host/read-small.ts";
import { target } from "../../target/target.ts";

/** What is found of a person's machine. Nothing of it is decided: it is what questions begin with. */
export interface Detected {
  /** Agents that somebody has logged in on this machine. */
  loggedIn: string[];
  /** Services and tool sets of the languages and forges of the workspace. */
  services: string[];
  tools: string[];
  /** Files of authorities that this machine trusts and no public list has. */
  authorities: string[];
  gpu: boolean;
  /** The engine, or why there is none, as a sentence. */
  engine: string;
}

/** What a language's own file asks for. */
const LANGUAGES: readonly [file: RegExp, services: string[], tools: string[]][] = [
  [/^package\.json$/, ["npm"], []],
  [/^(pyproject\.toml|requirements.*\.txt|setup\.py|Pipfile)$/, ["pypi"], ["python"]],
  [/^go\.mod$/, ["go"], ["go"]],
  [/^Cargo\.toml$/, ["crates"], ["rust"]],
  [/^(pom\.xml|build\.gradle(\.kts)?)$/, ["maven"], ["java"]],
  [/^Gemfile$/, ["rubygems"], []],
  [/^composer\.json$/, ["packagist"], []],
];
const FORGES: readonly [host: RegExp, service: string][] = [
  [/github\.com/, "github"],
  [/gitlab\.com/, "gitlab"],
  [/bitbucket\.org/, "bitbucket"],
];

/** Looks at a workspace and at this machine. Files are named and not opened, but for the remotes of git: nothing of a workspace runs. @param root where catalogues are */
export async function detect(root: string, workspace: string): Promise<Detected> {
  const files = namesIn(workspace);
  const found = LANGUAGES.filter(([file]) => files.some((name) => file.test(name)));
  const remotes = readSmall(join(workspace, ".git/config"), 2 ** 20) ?? "";
  const forges = FORGES.flatMap(([host, service]) => (host.test(remotes) ? [service] : []));
  const { agents } = readImageCatalogue(root, { agents: dataNames(root, "agents"), tools: [] });
  // Also where there is none to be asked.
  const ask = async () => target.survey(target.find());
  const survey = await ask().catch((error: Error) => error);
  return {
    loggedIn: agents.flatMap(({ name, login }) =>
      login?.ways.some(({ host }) => host !== undefined && existsSync(hostPath(host, homedir()))) ? [name] : [],
    ),
    services: [...new Set([...forges, ...found.flatMap(([, services]) => services)])].sort(),
    tools: [...new Set(found.flatMap(([, , tools]) => tools))].sort(),
    authorities: [...new Set(ownAuthorities(trustPlaces(process.env), new Date()).map(({ file }) => file))],
    // The driver's own devices, native and under WSL2. Whether the engine can hand one out is an up's to find.
    gpu: ["/dev/nvidiactl", "/dev/dxg"].some((device) => existsSync(device)),
    engine: survey instanceof Error ? `no engine answers (${survey.message})` : `the engine is ${survey.engine.cli}`,
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
