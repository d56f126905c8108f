import { z } from "zod";
import { Below, Name } from "../../stack-file/patterns.ts";

/** A package that is one tarball, and where its files go. Nothing of it is run while the image is made. */
export const PackageSchema = z.strictObject({
  /** Its entry in images/lock.yaml: name, version, integrity and release date, for each platform. */
  lock: Name,
  /** `from: to`, a file or folder of the unpacked package (a * is allowed), and its place below /usr/local. */
  files: z.record(Below, Below),
  /** Parts of it that are not wanted, by their place below /usr/local. */
  without: z.array(Below).default([]),
  /** Links below /usr/local: `name: target`. */
  links: z.record(Below, Below).default({}),
});

export type Package = z.output<typeof PackageSchema>;
