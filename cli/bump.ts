import { parseArgs } from "node:util";
import { PLATFORMS, type Platform } from "../capabilities/image/lock.ts";
import { readOwnPackages } from "../capabilities/image/look/lock.ts";
import { say } from "../host/say.ts";
import { INSTALLED } from "../setup/places.ts";
import { suggest } from "../stack-file/problem.ts";
import { quoted } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import { BootstrapError, planBase } from "./bump/base.ts";
import { describeBump, planBumps, writeBumps } from "./bump/bump.ts";
import { RegistryError } from "./bump/registry.ts";
import { type Command, ROOT } from "./command.ts";

/** Where the rest is raised, of a project that depends on the package. */
const PACKAGE_S =
  "Base, Node and the agents that agent-sandbox brings come with it: `npm update agent-sandbox` brings newer ones";

const UNITS = { h: 3_600_000, d: 86_400_000 } as const;

export const command: Command = {
  usage: "bump [NAME…] [--check] [--min-age 3d]",
  help: `Raises images/lock.yaml to the newest releases of the package registry that npm is configured with.
In a project that depends on agent-sandbox these are its own entries; what comes with the package is raised by \`npm update agent-sandbox\`.
Nothing else changes: the next \`pulumi up\` builds what is new, and logins, history and settings stay.

  NAME        an entry of images/lock.yaml, like claude or node; without one, all
  base        as a NAME: takes the distribution as it is today, security updates of all its packages with it.
              It bootstraps one to see, which takes a minute; every image is built anew after it
  --check     changes nothing, and exits with 1 when something is outdated
  --min-age   leaves out what was published later than this many days (7d) or hours (12h) ago; 3d
              unless said. Most malicious releases are found and gone by then.

Previews, deprecated releases, and versions above the one their publisher calls the latest are left out, and
so are new major versions where the entry says \`keep: major\`. When the registry fails, nothing is changed.

  agentbox bump --check
  agentbox bump`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { check: { type: "boolean" }, "min-age": { type: "string", default: "3d" } },
    });
    const own = Object.keys(readOwnPackages(ROOT));
    const known = INSTALLED ? own : ["base", ...own];
    if (known.length === 0) throw new UserError(2, `this project has no images/lock.yaml of its own. ${PACKAGE_S}`);
    const named = positionals.length > 0 ? [...new Set(positionals)] : own;
    for (const name of named)
      if (!known.includes(name))
        throw new UserError(
          2,
          `${quoted(name)} is not in images/lock.yaml.${suggest(name, known)} There are: ${known.join(", ")}${INSTALLED ? `. ${PACKAGE_S}` : ""}`,
        );
    // A project may call an entry of its own so: the base is the package's.
    const base = !INSTALLED && named.includes("base");
    const names = base ? named.filter((name) => name !== "base") : named;
    const cutoff = new Date(Date.now() - age(values["min-age"])).toISOString();
    const { bumps, files } = await planBumps(ROOT, names, cutoff).catch(failBump);
    for (const line of bumps.flatMap(describeBump)) say(line);
    let outdated = bumps.some(({ to }) => to);
    if (!values.check) writeBumps(ROOT, files);
    if (base) {
      const written = outdated && !values.check ? "What is above is written; the base stays as it was" : undefined;
      const plan = await planBase(ROOT, platform(), new Date()).catch((error) => failBump(error, written));
      const raised = Object.keys(plan.files).length > 0;
      say(raised ? `base  ${plan.from ?? "unknown"} → ${plan.to}` : `base  ${plan.to} is the newest`);
      outdated ||= raised;
      if (!values.check) writeBumps(ROOT, plan.files);
    }
    if (values.check) return outdated ? 1 : 0;
    if (outdated) say("the lock file is written; `pulumi up` builds what is new");
    return 0;
  },
};

function failBump(error: unknown, rest = "Nothing was changed"): never {
  if (error instanceof RegistryError || error instanceof BootstrapError)
    throw new UserError(3, `${error.message}. ${rest}`);
  throw error;
}

/** The platform of this machine: a bootstrap makes a base for no other. */
function platform(): Platform {
  const found = PLATFORMS.find((platform) => platform === `linux-${process.arch}`);
  if (!found || process.platform !== "linux")
    throw new UserError(3, "a base is bootstrapped on Linux, on x64 or arm64; do this on another machine");
  return found;
}

/** Milliseconds of `7d` or `12h`. */
function age(text: string): number {
  const [, count, unit] = /^(\d+)([dh])$/.exec(text) ?? [];
  if (!count) throw new UserError(2, `--min-age ${quoted(text)} is not an age; write it like 7d or 12h`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
