import { z } from "zod";
import { isHostName, Port } from "../../stack-file/network.ts";
import { readName } from "./name.ts";

/** A named, reviewed bundle of destinations: one file in policies/services. */
export const ServiceSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  description: z.string().min(1),
  /** Of a git service: the host of its repositories over HTTPS, and the user's name that it wants with a token. */
  git: z
    .strictObject({
      host: z.string().refine(isHostName, { error: "is not a host name" }),
      username: z.string().regex(/^[!-~]+$/),
      source: z.string().min(1),
      seen: z.iso.date(),
    })
    .optional(),
  hosts: z
    .array(
      z.strictObject({
        host: z.string().refine((host) => isHostName(readName(host).host), { error: "is not a host name" }),
        ports: z.array(Port).min(1).default([443]),
        why: z.string().min(1),
        source: z.string().min(1),
        seen: z.iso.date(),
      }),
    )
    .min(1),
});

export type Service = z.output<typeof ServiceSchema>;
