import { asMoment, describeMoment } from "../../stack-file/moment.ts";
import { daysBetween, describeDays } from "../expiry.ts";

/** Whether a sandbox's end has come. @param now by this machine's clock, in milliseconds since 1970 */
export function hasEnded(expires: string, now: number): boolean {
  return asMoment(now) >= expires;
}

/** The end as a sentence about the key: one that has come with what to do, one that is to come with its days. */
export function describeEnd(expires: string, now: number): string {
  const at = describeMoment(expires);
  return hasEnded(expires, now)
    ? `${at} is over, by this machine's clock (${describeMoment(asMoment(now))}): the sandbox is shut; give it a later day and bring it up, or take the line out`
    : `the sandbox ends ${describeDays(daysLeft(expires, now))}, ${at}: it is shut from then on, and agentbox sweep stops it`;
}

/** Whole days up to the end, by the calendar of UTC. */
export function daysLeft(expires: string, now: number): number {
  return daysBetween(asMoment(now).slice(0, 10), expires.slice(0, 10));
}
