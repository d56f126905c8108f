import { z } from "zod";
import { isNot, quoted } from "../../stack-file/quoted.ts";

const UNIT = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/**
 * An amount of memory as people write it: `512MiB`, `8GiB`. In bytes. Decimal units are refused: engines count in 1024s. Rounded to whole MiB, for
 * that is what the provider hands on; and 0 of them is no limit to an engine.
 * @param least MiB
 * @param why what less of it leads to, as the end of a sentence
 */
export const size = (least: number, why: string) =>
  z
    .string({ error })
    .regex(/^\d+(\.\d+)?(KiB|MiB|GiB)$/, { error })
    .transform((text, context) => {
      const size = Math.round(bytes(text) / UNIT.MiB) * UNIT.MiB;
      if (size < least * UNIT.MiB) context.addIssue(`${quoted(text)} is less than ${least}MiB, with which ${why}`);
      return size;
    });

const error = ({ input }: { input?: unknown }) => `${isNot(input, "a size")}; write it like 512MiB or 8GiB`;

function bytes(text: string): number {
  const unit = text.slice(-3) as keyof typeof UNIT;
  return Math.round(Number.parseFloat(text) * UNIT[unit]);
}

/** No Linux has more processes and threads (`PID_MAX_LIMIT` of 64 bits, include/linux/threads.h). */
export const MOST_PROCESSES = 4_194_304;
