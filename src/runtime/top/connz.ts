// The answer of /connz of a large server is megabytes, of which a screen shows forty lines.
import { type ConnReader, lazyList } from '#view/top/conn-list.ts';
import { type Connz, connOf, connzOf, fieldsOf, parseAnswer } from '#view/top/model.ts';

/** Connections from which an answer is worth cutting up instead of reading it whole. */
const MANY = 500;

const OPEN = Buffer.from('\n  "connections": [\n    {\n      "cid": ');
const CLOSE = Buffer.from('\n    }');
const NEXT = Buffer.from(',\n    {\n      "cid": ');
const END = '\n  ]\n}';

/**
 * Reads the answer of `/connz`. nats-server lays its JSON out with one key a line, two blanks for each level, and the id
 * first: where that is so, a connection begins and ends at lines that nothing inside of it can look like, since strings
 * in JSON hold no line breaks. Connections are then read one by one when they are looked at. An answer that looks any
 * other way is read whole.
 */
export function readConnz(bytes: Uint8Array, server: string | undefined, whole: (bytes: Uint8Array) => unknown): Connz {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = placesIn(buffer);
  if (!places || places.length < MANY) return connzOf(whole(bytes), server);
  const head = `${buffer.toString('utf8', 0, buffer.indexOf(OPEN)).replace(/,$/, '')}}`;
  return { ...connzOf(parseAnswer(head)), connections: lazyList(readerOf(buffer, places, server)) };
}

type Place = readonly [start: number, end: number];

function placesIn(buffer: Buffer): readonly Place[] | undefined {
  const open = buffer.indexOf(OPEN);
  if (open < 0) return undefined;
  const places: Place[] = [];
  let start = open + OPEN.indexOf('{');
  for (;;) {
    const close = buffer.indexOf(CLOSE, start);
    if (close < 0) return undefined;
    const end = close + CLOSE.length;
    places.push([start, end]);
    if (buffer[end] !== 0x2c) return buffer.toString('latin1', end).trimEnd() === END ? places : undefined;
    if (buffer.compare(NEXT, 0, NEXT.length, end, end + NEXT.length) !== 0) return undefined;
    start = end + NEXT.indexOf('{');
  }
}

/** Bytes from the brace of a connection to its id. */
const TO_CID = OPEN.length - OPEN.indexOf('{');

function readerOf(buffer: Buffer, places: readonly Place[], server: string | undefined): ConnReader {
  return {
    length: places.length,
    read: (at) => {
      const [start, end] = places[at] as Place;
      return connOf(fieldsOf(parseAnswer(buffer.toString('utf8', start, end))), server);
    },
    cid: (at) => {
      let cid = 0;
      for (let i = (places[at] as Place)[0] + TO_CID; ; i++) {
        const digit = (buffer[i] ?? 0) - 0x30;
        if (digit < 0 || digit > 9) return cid;
        cid = cid * 10 + digit;
      }
    },
  };
}
