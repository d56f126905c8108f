import { readFileSync } from "node:fs";

/** A moment of this machine, by the clocks that a program may ask. */
export interface Instant {
  /** By the clock of the day, in seconds since 1970. */
  at: number;
  /** Seconds of a clock that runs only while the machine is awake, from a start of its own that each boot sets anew. (macOS: it may run on while it sleeps.) */
  awake: number;
  /** Which boot it is, where the kernel says that. */
  boot: string;
}

export function instant(): Instant {
  return {
    at: Math.floor(Date.now() / 1000),
    awake: Math.floor(Number(process.hrtime.bigint()) / 1e9),
    boot: bootId(),
  };
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
