import { z } from "zod";
import { isHostName, Port } from "../spec/network.ts";
import { readName } from "./name.ts";

/** A named, reviewed bundle of destinations: one file in policies/services. */
export const ServiceSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  description: z.string().min(1),
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
