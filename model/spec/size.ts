import { z } from "zod";

const UNIT = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** An amount of memory as people write it: `512MiB`, `8GiB`. In bytes. Decimal units are refused: engines count in 1024s. */
export const Size = z
  .string({ error: (issue) => `${JSON.stringify(issue.input)} is not a size; write it like 512MiB or 8GiB` })
  .regex(/^\d+(\.\d+)?(KiB|MiB|GiB)$/, {
    error: (issue) => `"${issue.input}" is not a size; write it like 512MiB or 8GiB`,
  })
  .transform(bytes);

function bytes(text: string): number {
  const unit = text.slice(-3) as keyof typeof UNIT;
  return Math.round(Number.parseFloat(text) * UNIT[unit]);
}
