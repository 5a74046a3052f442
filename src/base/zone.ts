// The zone of the machine. Asking Date for local hours loads the runtime's whole calendar, which costs more than most
// commands do; whoever knows the zone cheaper answers first.
let known: (seconds: number) => number | undefined = () => undefined;
let named: (seconds: number, offset: number) => string | undefined = () => undefined;

let changes = 0;

/**
 * Sets what is asked first: seconds east of UTC at a unix time in seconds, and the short name of the zone then; undefined
 * where only the runtime knows.
 */
export function setLocalZone(offset: typeof known, name: typeof named = () => undefined): void {
  known = offset;
  named = name;
  changes++;
}

/** The short name of this machine's zone, such as CET, at a unix time in seconds; undefined where only the runtime knows. */
export function localName(seconds: number): string | undefined {
  return named(seconds, localOffset(seconds));
}

/** How often the zone was set: what was made with another one is no longer true. */
export function zoneChanges(): number {
  return changes;
}

/** Seconds east of UTC on the wall clock of this machine at a unix time in seconds. */
export function localOffset(seconds: number): number {
  const cheap = known(seconds);
  if (cheap !== undefined) return cheap;
  const minutes = new Date(seconds * 1000).getTimezoneOffset();
  return minutes === 0 || Number.isNaN(minutes) ? 0 : -minutes * 60;
}
