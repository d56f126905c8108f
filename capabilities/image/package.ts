import type { z } from "zod";
import { keys, list, mapping } from "../../stack-file/combinators.ts";
import { Below, Name } from "../../stack-file/patterns.ts";

/** Links below /usr/local: `name: target`. */
export const Links = mapping(Below, Below, "links to what they lead to", "{bin/tool: ../lib/tool/tool.js}");

/** A package that is one tarball, and where its files go. Nothing of it is run while the image is made. */
export const PackageSchema = keys({
  /** Its entry in images/lock.yaml: name, version, integrity and release date, for each platform. */
  lock: Name,
  /** `from: to`, a file or folder of the unpacked package (a * is allowed), and its place below /usr/local. */
  files: mapping(Below, Below, "the package's files to places below /usr/local", "{dist: lib/tool}"),
  /** Parts of it that are not wanted, by their place below /usr/local. */
  without: list(Below, "[lib/tool/docs]").default([]),
  links: Links.default({}),
});

export type Package = z.output<typeof PackageSchema>;
