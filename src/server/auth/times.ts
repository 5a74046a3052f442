/** Where and when a JWT user may connect. */
import { networkContains, parseCidr, parseIp } from '#crypto/cidr.ts';
import type { UserPermissionLimits } from '#crypto/permissions.ts';

/** Whether the address lies in one of the networks; with none given all do. */
export function sourceAllowed(networks: readonly string[], host: string): boolean {
  if (networks.length === 0) return true;
  if (parseIp(host) === undefined) return false;
  for (const text of networks) {
    const network = parseCidr(text);
    if (network === undefined) return false;
    if (networkContains(network, host)) return true;
  }
  return false;
}

const DAY = 86_400_000;

function timeOfDay(text: string): number {
  const [h, m, s] = text.split(':').map(Number);
  return ((h! * 60 + m!) * 60 + Math.floor(s!)) * 1000;
}

/** Milliseconds since midnight in a time zone; the process's own for ''. */
function clockIn(zone: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(zone === '' || zone === 'Local' ? {} : { timeZone: zone }),
  }).formatToParts(new Date(now));
  const of = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return ((of('hour') * 60 + of('minute')) * 60 + of('second')) * 1000 + (now % 1000);
}

/** How long connecting is allowed from now, in ms: 0 for ever, null when it is not. */
export function timesAllowed(
  limits: Pick<UserPermissionLimits, 'times' | 'times_location'>,
  now: number,
): number | null {
  if (limits.times.length === 0) return 0;
  const clock = clockIn(limits.times_location, now);
  let longest: number | null = null;
  for (const range of limits.times) {
    const start = timeOfDay(range.start);
    const end = timeOfDay(range.end);
    let left: number | null = null;
    if (start < clock && clock < end) left = end - clock;
    else if (start > end) {
      // Across midnight.
      if (clock < end) left = end - clock;
      else if (start < clock) left = end + DAY - clock;
    }
    if (left !== null && (longest === null || left > longest)) longest = left;
  }
  return longest;
}
