/** Packed replies: those to system requests and what is told about traced messages. Loaded with the first. */
import { gzipSync } from 'node:zlib';
import { type Frame, makeFrame } from '../core/frame.ts';
import { bytesOf } from '../core/text.ts';
import { snappy } from './snappy.ts';

/** The first that is known here counts; `identity` says that none of what was asked for is. */
function encodingFor(asked: string): 'snappy' | 'gzip' | 'identity' {
  const names = asked.toLowerCase();
  if (names.includes('snappy') || names.includes('s2')) return 'snappy';
  return names.includes('gzip') ? 'gzip' : 'identity';
}

/** A message with `plain` as its body, packed in the way an Accept-Encoding header of this value asks for. */
export function packedFrame(asked: string, plain: Uint8Array): Frame {
  if (asked === '') return makeFrame('', -1, plain);
  const encoding = encodingFor(asked);
  const body = encoding === 'snappy' ? snappy(plain) : encoding === 'gzip' ? gzipSync(plain) : plain;
  const head = bytesOf(`NATS/1.0\r\nContent-Encoding: ${encoding}\r\n\r\n`);
  return makeFrame('', head.length, Buffer.concat([head, body]));
}
