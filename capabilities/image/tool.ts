import { z } from "zod";
import { DebianPackage, EnvironmentName, InEtc, Name, OneLine } from "../../stack-file/patterns.ts";
import { PackageSchema } from "./package.ts";

/** A set of tools as data: one file in images/tools. Clients and language stacks that not everybody needs; each is a layer. */
export const ToolSchema = z
  .strictObject({
    name: Name,
    description: z.string().min(1),
    /** Packages of the distribution, signed by it. */
    packages: z.array(DebianPackage).default([]),
    /** Programs of the package registry, each one tarball that images/lock.yaml pins. */
    tarballs: z.array(PackageSchema).default([]),
    /** Variables baked into the image. None may be a secret. */
    environment: z.record(EnvironmentName, OneLine).default({}),
    /** Files baked into the image, by absolute path. */
    settings: z.record(InEtc, z.string()).default({}),
    /** What a person types to use it. An image that has the set and not these is refused. */
    commands: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+._-]*$/, "is not the name of a command")).min(1),
  })
  .refine(({ packages, tarballs }) => packages.length + tarballs.length > 0, {
    error: "holds nothing; name packages of the distribution or tarballs of the lock",
    path: ["packages"],
  });

export type Tool = z.output<typeof ToolSchema>;
