// Leaves the languages nobody uses here out of a Bun runtime: its Unicode tables hold date, currency and place names,
// sort orders and dictionaries of some hundred languages, 9 MB that no compression shrinks. The tools speak one language
// and ignore the locale, as the Go tools do. An entry is left out by changing its name in the table's directory, so that
// a look-up does not find it and falls back to the root language, and by clearing its bytes.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What was left out: number of entries and bytes cleared. Both 0 where the runtime has no such table of its own. */
export interface TrimReport {
  readonly entries: number;
  readonly bytes: number;
}

/** Resource files that belong to one language or region ("de", "zh_Hant_TW"); English and the common ones stay. */
const LOCALE = /^[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|\d{3}))?(_[A-Z]+)?\.res$/;
const KEPT = /^(en|en_001|en_US|en_US_POSIX)\.res$/;

/** What the last letter of a left-out entry's name becomes: the lowest there is, which keeps the directory in its order. */
const MARK = '\u0001';

function leftOut(name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return base.endsWith('.dict') || (LOCALE.test(base) && !KEPT.test(base));
}

/** Directory of ICU's data package (format "CmnD", version 1): names with the places of their entries. */
function directory(file: Buffer): { name: string; nameAt: number; from: number; to: number }[] {
  const magic = file.indexOf('CmnD', 0, 'latin1');
  if (magic === -1) return [];
  if (file.indexOf('CmnD', magic + 4, 'latin1') !== -1) throw new Error('two tables of Unicode data');
  const header = magic - 12;
  const start = header + file.readUInt16LE(header);
  if (file[magic - 2] === undefined || file.readUInt8(header + 2) !== 0xda || file.readUInt8(header + 3) !== 0x27) {
    throw new Error('the table of Unicode data has no ICU header');
  }
  const count = file.readUInt32LE(start);
  if (count < 100 || count > 20_000) throw new Error(`the table of Unicode data claims ${count} entries`);
  const at = (k: number, field: number) => start + file.readUInt32LE(start + 4 + 8 * k + 4 * field);
  return Array.from({ length: count }, (_, k) => {
    const nameAt = at(k, 0);
    const name = file.toString('latin1', nameAt, file.indexOf(0, nameAt));
    // The last entry's end is not written down; it is never one that is left out.
    return { name, nameAt, from: at(k, 1), to: k + 1 < count ? at(k + 1, 1) : at(k, 1) };
  });
}

/** The places of the entries that were left out of a runtime, or of a program compiled into it; bytes from its start. */
export function leftOutRanges(file: Buffer): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const { name, from, to } of directory(file)) {
    if (!name.endsWith(MARK)) continue;
    const last = ranges.at(-1);
    if (last?.to === from) last.to = to;
    else ranges.push({ from, to });
  }
  return ranges;
}

/** Leaves the other languages out of the runtime at `path`, in place. */
export function trim(path: string): TrimReport {
  const file = readFileSync(path);
  const gone = directory(file).filter((e) => leftOut(e.name));
  let bytes = 0;
  const fd = openSync(path, 'r+');
  try {
    for (const { name, nameAt, from, to } of gone) {
      if (to < from || to - from > 1 << 23) throw new Error(`${name} has a length of ${to - from}`);
      writeSync(fd, MARK, nameAt + name.length - 1, 'latin1');
      writeSync(fd, new Uint8Array(to - from), 0, to - from, from);
      bytes += to - from;
    }
  } finally {
    closeSync(fd);
  }
  return { entries: gone.length, bytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of process.argv.slice(2)) {
    const { entries, bytes } = trim(path);
    process.stdout.write(`${path}: ${entries} entries, ${bytes} bytes\n`);
  }
}
