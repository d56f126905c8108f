import type { z } from "zod";
import { keys, list, mapping, matching, oneOrMore, text } from "../../stack-file/combinators.ts";
import { DebianPackage, Environment, Name, Settings } from "../../stack-file/patterns.ts";
import { PackageSchema } from "./package.ts";

/** A set of tools as data: one file in images/tools. Clients and language stacks that not everybody needs; each is a layer. */
export const ToolSchema = keys({
  name: Name,
  description: text("what the tools are for", "Go, with gopls."),
  /** Packages of the distribution, signed by it. */
  packages: list(DebianPackage, "[libpq-dev, graphviz]").default([]),
  /** Programs of the package registry, each one tarball that images/lock.yaml pins. */
  tarballs: list(PackageSchema, "[{lock: pnpm, files: {bin: lib/pnpm/bin}}]").default([]),
  /** Variables baked into the image. None may be a secret. */
  environment: Environment.default({}),
  /** Files baked into the image, by absolute path. */
  settings: Settings.default({}),
  /** Links to programs where others look for them, which is below /opt, by absolute path. */
  links: mapping(
    matching(/^\/opt(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/, "a path below /opt, like /opt/google/chrome/chrome"),
    matching(/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/, "an absolute path, like /usr/bin/chromium"),
    "links to what they lead to",
    "{/opt/google/chrome/chrome: /usr/bin/chromium}",
  ).default({}),
  /** What a person types to use it. An image that has the set and not these is refused. */
  commands: oneOrMore(matching(/^[A-Za-z0-9][A-Za-z0-9+._-]*$/, "the name of a command, like psql"), "[psql, pg_dump]"),
}).refine(({ packages, tarballs }) => packages.length + tarballs.length > 0, {
  error: "holds nothing; name packages of the distribution or tarballs of the lock",
  path: ["packages"],
});

export type Tool = z.output<typeof ToolSchema>;
