import type { Engine } from "../engine.ts";
import type { Dialect } from "./dialect.ts";
import { docker } from "./docker.ts";
import { podman } from "./podman.ts";

/** The dialect of every kind of engine. */
export const dialects: Record<Engine["kind"], Dialect> = { docker, podman };
