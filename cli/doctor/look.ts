import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ownAuthorities, trustPlaces } from "../../capabilities/credentials/look/machine-trust.ts";
import { type Declaration, readDeclarations } from "../../host/declarations.ts";
import { surveyDisks } from "../../host/disks.ts";
import { waysBeside } from "../../host/networks.ts";
import { lookAtOverlaps } from "../../host/overlaps.ts";
import { runProgram } from "../../host/program.ts";
import { readSmall } from "../../host/read-small.ts";
import { readRoutes } from "../../host/routes.ts";
import { INSTALLED, packageOf } from "../../setup/places.ts";
import { readStackFile } from "../../stack-file/look/stack-files.ts";
import { lastLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import { isHere } from "../../target/here.ts";
import type { Look } from "../../target/look.ts";
import { target } from "../../target/target.ts";
import { stateFiles } from "../pulumi/files.ts";
import type { MachineFacts } from "./facts.ts";

/** Looks at all that `judgeMachine` judges. What does not answer is told as such, and hides nothing else. */
export async function lookAtMachine(root: string): Promise<MachineFacts> {
  const [survey, declarations, ways, pulumi] = await Promise.all([
    // The one that the environment offers: engines that clients name are no part of this machine.
    (async () => target.survey(target.find()))().then(
      (seen) => ({ seen, asked: Date.now() }),
      (error: unknown) => {
        if (error instanceof UserError) return { unseen: error.message };
        throw error;
      },
    ),
    readDeclarations(root, { here: true }),
    readRoutes(20),
    lookAtPulumi(root),
  ]);
  const { dependencies = {}, engines } = JSON.parse(readFileSync(join(packageOf(root), "package.json"), "utf8"));
  const subnets = "seen" in survey ? survey.seen.networks.flatMap(({ subnets }) => subnets) : [];
  const engineRoot = "seen" in survey && isHere(survey.seen) ? survey.seen.root : undefined;
  return {
    ...{ now: Date.now(), made: statSync(join(packageOf(root), "package.json")).mtimeMs },
    node: { has: process.version, needs: /[\d.]+/.exec(engines?.node)?.[0] ?? "" },
    packages: lookAtPackages(root),
    ...(pulumi && { pulumi }),
    pinned: {
      pulumi: dependencies["@pulumi/pulumi"] ?? "",
      plugins: PLUGINS.map((plugin) => `${plugin.slice(NAMED)} ${dependencies[plugin]}`),
    },
    plugins: lookAtPlugins(join(process.env.PULUMI_HOME || join(root, ".cache/home"), "plugins")),
    engine: ofEngine(survey),
    ...builderOf(root),
    ...selinuxOf(),
    gpus: declarations.flatMap(({ client, declared }) => (declared && declared.spec.gpu !== false ? [client] : [])),
    overlaps: await overlapsOf(survey, declarations),
    ways: { ...ways, seen: waysBeside(subnets, ways.seen, true) },
    disks: surveyDisks(root, engineRoot).map((disk) =>
      disk.key === "workspace" ? { ...disk, what: "this project and its state" } : disk,
    ),
    authorities: ownAuthorities(trustPlaces(process.env), new Date()),
    withoutCa: declarations.flatMap((one) => (saysNothingOfCa(root, one) ? [one.client] : [])),
    ...boundsOf(),
    state: lookAtState(root),
    mistaken: declarations.flatMap(({ client, problems }) => (problems.length > 0 ? [client] : [])),
  };
}

/** The packages whose plugins Pulumi runs beside itself. */
const PLUGINS = ["@pulumi/docker", "@pulumi/command"] as const;
const NAMED = "@pulumi/".length;

function ofEngine(survey: { seen: EngineSurvey; asked: number } | { unseen: string }): MachineFacts["engine"] {
  if ("unseen" in survey) return survey;
  const { asked } = survey;
  const { engine, machine, kernel, clock, clients } = survey.seen;
  return {
    seen: {
      ...{ engine, machine, asked, here: isHere(survey.seen), clients: clients.length },
      ...(kernel !== undefined && { kernel }),
      ...(clock !== undefined && { clock }),
    },
  };
}

/** As set-up's own stamp says it. */
function lookAtPackages(root: string): MachineFacts["packages"] {
  if (INSTALLED) return "installed";
  if (!existsSync(join(root, "node_modules"))) return "missing";
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return readSmall(join(root, "node_modules/.agent-sandbox-lock"))?.trim() === lock ? "as locked" : "others";
}

async function lookAtPulumi(root: string): Promise<MachineFacts["pulumi"]> {
  const [, written] = /^PULUMI_BIN=(.*)$/m.exec(readSmall(join(root, ".cache/tools.sh")) ?? "") ?? [];
  // As a shell reads it.
  const folder = written?.replace(/\\(.)/g, "$1");
  if (!folder || !existsSync(join(folder, "pulumi"))) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const end = await runProgram(join(folder, "pulumi"), ["version"], { seconds: 20, env });
  const version =
    end.code === 0
      ? { seen: end.stdout.trim().replace(/^v/, "") }
      : { unseen: end.why ?? (lastLine(end.stderr) || `it ended with status ${end.code}`) };
  return { folder, version, host: existsSync(join(folder, "pulumi-language-nodejs")) };
}

function lookAtPlugins(folder: string): MachineFacts["plugins"] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const there = names.flatMap((name) => {
    const [, plugin, version] = /^resource-([a-z]+)-v(.+)$/.exec(name) ?? [];
    return plugin && existsSync(join(folder, name, `pulumi-resource-${plugin}`)) ? [`${plugin} ${version}`] : [];
  });
  return { folder, there: there.sort() };
}

/** The client that set-up wrote down. */
function builderOf(root: string): Pick<MachineFacts, "builder"> {
  const builder = readSmall(join(root, ".cache/engine"))?.split("\n")[1];
  return builder && existsSync(builder) ? { builder } : {};
}

function selinuxOf(): Pick<MachineFacts, "selinux"> {
  const says = readSmall("/sys/fs/selinux/enforce");
  return says === undefined ? {} : { selinux: says.trim() === "1" ? "enforcing" : "permissive" };
}

async function overlapsOf(
  survey: Look<EngineSurvey>,
  declarations: readonly Declaration[],
): Promise<MachineFacts["overlaps"]> {
  if ("unseen" in survey) return [];
  const look = await lookAtOverlaps(survey.seen);
  const clients = new Set([...survey.seen.clients, ...declarations.map(({ client }) => client)]);
  return [...clients].sort().flatMap((client): MachineFacts["overlaps"] => {
    const found = look(client);
    if (!found) return [];
    if ("unseen" in found) return [{ client, look: found }];
    return found.seen === undefined ? [] : [{ client, look: { seen: found.seen } }];
  });
}

/** Where nothing leaves, nothing is signed anew either. */
function saysNothingOfCa(root: string, { file, declared }: Declaration): boolean {
  return declared !== undefined && declared.spec.profile !== "offline" && !("ca" in readStackFile(root, file));
}

function boundsOf(): Pick<MachineFacts, "openFiles" | "watchers"> {
  const [, files] = /^Max open files +(\d+)/m.exec(readProc("/proc/self/limits")) ?? [];
  const watchers = Number(readProc("/proc/sys/fs/inotify/max_user_instances"));
  return { ...(files && { openFiles: Number(files) }), ...(watchers > 0 && { watchers }) };
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function lookAtState(root: string): MachineFacts["state"] {
  const folder = stateFiles() ?? join(root, ".state");
  const passphrase = statSync(join(root, ".state/passphrase"), { throwIfNoEntry: false });
  const given = process.env.PULUMI_CONFIG_PASSPHRASE ?? process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
  return {
    folder,
    writable: isWritable(folder),
    passphrase:
      given !== undefined
        ? "elsewhere"
        : passphrase === undefined
          ? "missing"
          : (passphrase.mode & 0o077) === 0
            ? "own"
            : "others read it",
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
