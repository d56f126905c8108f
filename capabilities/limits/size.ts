import { z } from "zod";

const UNIT = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** No program of an agent's starts with less. */
const LEAST = 64 * UNIT.MiB;

/**
 * An amount of memory as people write it: `512MiB`, `8GiB`. In bytes. Decimal units are refused: engines count in 1024s. Rounded to whole MiB, for
 * that is what the provider hands on; and 0 of them is no limit to an engine.
 */
export const Size = z
  .string({ error: (issue) => `${JSON.stringify(issue.input)} is not a size; write it like 512MiB or 8GiB` })
  .regex(/^\d+(\.\d+)?(KiB|MiB|GiB)$/, {
    error: (issue) => `"${issue.input}" is not a size; write it like 512MiB or 8GiB`,
  })
  .transform((text, context) => {
    const size = Math.round(bytes(text) / UNIT.MiB) * UNIT.MiB;
    if (size < LEAST) context.addIssue(`"${text}" is less than 64MiB, with which no agent starts`);
    return size;
  });

function bytes(text: string): number {
  const unit = text.slice(-3) as keyof typeof UNIT;
  return Math.round(Number.parseFloat(text) * UNIT[unit]);
}
