import { isMapping } from "./mapping.ts";

/** Where the names of ESC environments are in a config, once they are taken from beside it. */
export const ESC = "esc";

/** A config with what the stack file names beside it under `environment:`, where Pulumi looks for ESC environments. */
export function withEnvironments(config: Readonly<Record<string, unknown>>, content: unknown): Record<string, unknown> {
  const named = isMapping(content) ? content.environment : undefined;
  return named === undefined ? { ...config } : { ...config, [ESC]: named };
}
