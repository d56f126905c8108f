import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { describeBump, planBumps, writeBumps } from "../host/bump.ts";
import { RegistryError } from "../host/registry.ts";
import { LockSchema } from "../model/lock.ts";
import { suggest } from "../model/problem.ts";
import { type Command, Refusal, ROOT } from "./command.ts";

const UNITS = { h: 3_600_000, d: 86_400_000 } as const;

export const command: Command = {
  usage: "bump [NAME…] [--check] [--min-age 3d]",
  help: `Raises images/lock.yaml to the newest releases of the package registry that npm is configured with.
Nothing else changes: the next \`pulumi up\` builds what is new, and logins, history and settings stay.

  NAME        an entry of images/lock.yaml, like claude or node; without one, all
  --check     changes nothing, and exits with 1 when something is outdated
  --min-age   leaves out what was published later than this many days (7d) or hours (12h) ago; 3d
              unless said. Most malicious releases are found and gone by then.

Previews, deprecated releases, and versions above the one their publisher calls the latest are left out, and
so are new major versions where the entry says \`keep: major\`. When the registry fails, nothing is changed.`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { check: { type: "boolean" }, "min-age": { type: "string", default: "3d" } },
    });
    const names = positionals.length > 0 ? [...new Set(positionals)] : lockedNames();
    for (const name of names)
      if (!lockedNames().includes(name))
        throw new Refusal(
          2,
          `"${name}" is not in images/lock.yaml.${suggest(name, lockedNames())} There are: ${lockedNames().join(", ")}`,
        );
    const cutoff = new Date(Date.now() - age(values["min-age"])).toISOString();
    const { bumps, files } = await planBumps(ROOT, names, cutoff).catch((error: unknown) => {
      if (error instanceof RegistryError) throw new Refusal(3, `${error.message}. Nothing was changed`);
      throw error;
    });
    for (const line of bumps.flatMap(describeBump)) process.stdout.write(`${line}\n`);
    const outdated = bumps.filter(({ to }) => to).length;
    if (values.check) return outdated > 0 ? 1 : 0;
    writeBumps(ROOT, files);
    if (outdated > 0)
      process.stdout.write(`${Object.keys(files).sort().join(", ")} written; \`pulumi up\` builds what is new\n`);
    return 0;
  },
};

function lockedNames(): string[] {
  const lock = LockSchema.parse(parse(readFileSync(join(ROOT, "images/lock.yaml"), "utf8")));
  return Object.keys(lock.packages);
}

/** Milliseconds of `7d` or `12h`. */
function age(text: string): number {
  const [, count, unit] = /^(\d+)([dh])$/.exec(text) ?? [];
  if (!count) throw new Refusal(2, `--min-age ${JSON.stringify(text)} is not an age; write it like 7d or 12h`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
