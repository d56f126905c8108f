import { z } from "zod";
import { request } from "./api.ts";
import type { Reach } from "./client.ts";

/**
 * Makes the volumes that are not there. A volume that is there stays as it is, with all that is in it. The engine would make a missing one by itself when a
 * container mounts it, but without the label that tells whose it is.
 * @param volumes labels by name
 * @throws EngineError with what the engine said
 */
export async function placeVolumes(
  engine: Reach,
  volumes: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<void> {
  await Promise.all(
    Object.entries(volumes).map(([Name, Labels]) =>
      request(engine, "/volumes/create", z.unknown(), { method: "POST", words: { Name, Labels } }),
    ),
  );
}
