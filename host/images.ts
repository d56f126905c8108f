import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Agent, AgentSchema } from "../model/agent.ts";
import { type ImageSources, LockSchema, PLATFORMS, type Platform } from "../model/image.ts";

/**
 * Reads what images are made of: the lock, the agents and the build contexts.
 * @throws naming the file and the key path when one does not hold what it should
 */
export function readImageSources(root: string): ImageSources {
  const build = readFileSync(join(root, "images/build.sh"));
  const context = (name: string, dockerfile: string) => ({
    dockerfile: dockerfile && readFileSync(join(root, "images", name, dockerfile), "utf8"),
    hash: hashFolder(join(root, "images", name), build),
  });
  return {
    lock: read(root, "images/lock.yaml", LockSchema),
    agents: readAgents(root),
    platform: platform(),
    contexts: {
      base: context("base", ""),
      runtime: context("runtime", "Dockerfile"),
      gateway: context("gateway", "Dockerfile"),
    },
  };
}

function readAgents(root: string): Agent[] {
  return readdirSync(join(root, "images/agents"))
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const agent = read(root, `images/agents/${file}`, AgentSchema);
      if (`${agent.name}.yaml` !== file)
        throw new Error(`images/agents/${file}: its name is "${agent.name}"; file and name must agree`);
      return agent;
    });
}

function read<Schema extends z.ZodType>(root: string, path: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(parse(readFileSync(join(root, path), "utf8")));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The platform images are built for: that of the engine's host, which is this one's processor. */
function platform(): Platform {
  const name = `linux-${process.arch}`;
  const known = PLATFORMS.find((platform) => platform === name);
  if (!known) throw new Error(`no images for ${process.arch}; there are ${PLATFORMS.join(" and ")}`);
  return known;
}

/** The hash of a folder: names, executable bits and contents of all its files. */
function hashFolder(folder: string, salt: Buffer): string {
  const hash = createHash("sha256").update(salt);
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const stat = statSync(join(folder, path));
    if (stat.isFile())
      hash.update(`\0${path}\0${stat.mode & 0o111 ? "x" : "-"}\0`).update(readFileSync(join(folder, path)));
  }
  return hash.digest("hex");
}
