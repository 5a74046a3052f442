const lines: readonly string[] = [
  '  1-8, Tab        pages: connections, servers, accounts, streams, consumers, subscriptions, links, closed',
  '  o FIELD Enter   order by cid, subs, pending, msgs_to, msgs_from, bytes_to, bytes_from, idle, last, start, uptime or rtt;',
  '                  on the other pages by one of their columns; i turns the order round',
  '  n COUNT Enter   how many connections to ask the server for; with an order these are the first of that order',
  '  c COLUMNS Enter which columns, commas between; +rtt,-lang adds and takes away; nothing for the usual ones',
  '  s               subscriptions of the connections on and off',
  '  d               host names instead of addresses on and off',
  '  b               all digits of the figures on and off',
  '  space           rates per second instead of totals in the rows on and off',
  '  / TEXT Enter    only rows that hold the text; Escape shows all again',
  '  f TEXT Enter    find the next row that holds the text; . finds the one after it',
  '  p               freeze the picture, and go on',
  '  [ ] { }         one moment back and forward, ten moments back and forward',
  '  up down PgUp PgDn Home End   scroll; left and right move the columns',
  '  r Ctrl-L        ask the server now; draw anew',
  '  q Ctrl-C Ctrl-Z quit; stop, fg goes on',
  '',
  'A line in red, or with a !, has 1M or more waiting: the server will cut such a client off as slow.',
];

/** Where the second line of a key begins. */
const INDENT = 18;

/** What ? shows, in lines of at most that many columns. */
function helpLines(columns: number): readonly string[] {
  return lines.flatMap((line) => wrapped(line, Math.max(INDENT + 12, columns)));
}

/** Lines of a window the help has. */
const roomIn = (rows: number): number => Math.max(1, rows - 3);

/** The line the help can be scrolled to at most. */
export function helpEnd(columns: number, rows: number): number {
  return Math.max(0, helpLines(columns).length - roomIn(rows));
}

/** What of the help fits, from that line. */
export function helpPart(from: number, columns: number, rows: number): readonly string[] {
  const top = Math.min(from, helpEnd(columns, rows));
  return helpLines(columns).slice(top, top + roomIn(rows));
}

function wrapped(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const space = line.lastIndexOf(' ', columns);
  const at = space > INDENT ? space : columns;
  return [line.slice(0, at), ...wrapped(' '.repeat(INDENT) + line.slice(at).trimStart(), columns)];
}
