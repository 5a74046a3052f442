// The zone of this machine without the runtime's calendar: by the zone file, where there is one.
import { zoneFileName, zoneFileOffset } from '#base/tzif.ts';
import { localOffset, setLocalZone } from '#base/zone.ts';

const FOLDER = '/usr/share/zoneinfo/';
const LOCAL = '/etc/localtime';

/** Makes the zone that the variable TZ names the one of all local times, by the rules of localtime(3). */
export function useZone(zone: string | undefined): void {
  let file: Uint8Array | undefined;
  let missing = false;
  /** The file of the zone; 'utc' where there is nothing to look up, undefined where the runtime must know. */
  const rules = (): Uint8Array | 'utc' | undefined => {
    if (zone === '' || zone === 'UTC' || zone === 'UTC0') return 'utc';
    const name = zone?.replace(/^:/, '');
    // POSIX rules such as EST5EDT,M3.2.0 hold a comma or digits; names of zones that do are left to the runtime too.
    if (name !== undefined && !/^[/A-Za-z_-]+$/.test(name)) return undefined;
    if (typeof Bun === 'undefined') return undefined;
    const path = name === undefined ? LOCAL : name.startsWith('/') ? name : FOLDER + name;
    try {
      if (!missing) file ??= Bun.mmap(path);
    } catch {
      missing = true;
    }
    // Without /etc/localtime it is UTC; for anything else the runtime has its own zones.
    return file ?? (name === undefined ? 'utc' : undefined);
  };
  setLocalZone(
    (seconds) => {
      const from = rules();
      return from === 'utc' ? 0 : from && zoneFileOffset(from, seconds);
    },
    (seconds, offset) => {
      const from = rules();
      return from === 'utc' ? 'UTC' : from && zoneFileName(from, seconds, offset);
    },
  );
}

/** `15:04:05` here and now. */
export function clockText(): string {
  const seconds = Math.floor(Date.now() / 1000);
  const day = (((seconds + localOffset(seconds)) % 86_400) + 86_400) % 86_400;
  const two = (n: number) => (n < 10 ? `0${n}` : `${n}`);
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}`;
}
