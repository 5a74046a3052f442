// The time of day for log lines. Asking Date for local hours loads the runtime's whole calendar, which costs more than
// connecting and publishing do; so the offset comes from the zone file where that is possible.
import { zoneFileOffset } from '#base/tzif.ts';

const FOLDER = '/usr/share/zoneinfo/';
const LOCAL = '/etc/localtime';

/** Seconds east of UTC now, by the rules of localtime(3); undefined when only the runtime knows. */
function cheapOffset(zone: string | undefined, seconds: number): number | undefined {
  if (zone === '' || zone === 'UTC' || zone === 'UTC0') return 0;
  const name = zone?.replace(/^:/, '');
  // POSIX rules such as EST5EDT,M3.2.0 hold a comma or digits; names of zones that do are left to the runtime too.
  if (name !== undefined && !/^[/A-Za-z_-]+$/.test(name)) return undefined;
  if (typeof Bun === 'undefined') return undefined;
  const path = name === undefined ? LOCAL : name.startsWith('/') ? name : FOLDER + name;
  try {
    return zoneFileOffset(Bun.mmap(path), seconds);
  } catch {
    // Without /etc/localtime it is UTC; for anything else the runtime has its own zones.
    return name === undefined ? 0 : undefined;
  }
}

/** `15:04:05` here and now. `zone` is the value of TZ. */
export function clockText(zone: string | undefined): string {
  const now = Date.now();
  const seconds = Math.floor(now / 1000);
  const offset = cheapOffset(zone, seconds) ?? -new Date(now).getTimezoneOffset() * 60;
  const day = (((seconds + offset) % 86_400) + 86_400) % 86_400;
  const two = (n: number) => (n < 10 ? `0${n}` : `${n}`);
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}`;
}
