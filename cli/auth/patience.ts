/** How often an agent may want something of a person. An agent asks as often as it likes; what is too often is not looked at, not asked and not told. */
export interface Patience {
  /** Whether one more request is looked at: each costs a question to the state. */
  looks(): boolean;
  /** Whether a person is asked about a domain. */
  asks(domain: string): boolean;
  /** A person said no: the domain is silent for a while. */
  refused(domain: string): void;
  /** Whether a sentence is told. */
  tells(sentence: string): boolean;
}

const MINUTE = 60_000;
/** How long a domain is silent after a no, and a sentence after it was told. */
export const SILENCE = 10 * MINUTE;
/** How many of each there are at most, in how many milliseconds. */
const MOST = {
  looks: [6, MINUTE],
  asks: [5, SILENCE],
  tells: [12, SILENCE],
} as const;

/** @param now milliseconds of a clock that is never set back */
export function patience(now: () => number): Patience {
  const times: Record<keyof typeof MOST, number[]> = { looks: [], asks: [], tells: [] };
  const silentUntil = new Map<string, number>();
  const told = new Map<string, number>();
  const once = (what: keyof typeof MOST) => {
    const [most, within] = MOST[what];
    times[what] = times[what].filter((time) => time > now() - within);
    if (times[what].length >= most) return false;
    times[what].push(now());
    return true;
  };
  return {
    looks: () => once("looks"),
    asks: (domain) => (silentUntil.get(domain) ?? 0) <= now() && once("asks"),
    refused: (domain) => void silentUntil.set(domain, now() + SILENCE),
    tells: (sentence) => {
      for (const [one, until] of told) if (until <= now()) told.delete(one);
      if (told.has(sentence) || !once("tells")) return false;
      told.set(sentence, now() + SILENCE);
      return true;
    },
  };
}
