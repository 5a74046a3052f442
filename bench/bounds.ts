// The physical bounds, measured in the same run as the tools: bytes made before the clock starts, bytes thrown away.
//   blast PORT SIZE COUNT      publishes frames that were encoded once
//   discard PORT SIZE COUNT    subscribes and counts bytes, nothing else
//   replay SIZE COUNT          a server that sends COUNT messages to whoever subscribes; prints its port
//   respond PORT               answers every request with two bytes
//   fill PORT SUBJECT SIZE COUNT   stores COUNT messages no two of which near each other are alike
const LEAST = 256 * 1024;
const text = new TextDecoder();
const utf8 = new TextEncoder();
const hello = 'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n';

/** Writes copies of a frame until `count` of them have left, as fast as the kernel takes them. */
class Pump {
  #at = 0;
  #left: number;
  readonly #frame: number;
  readonly #chunk: Uint8Array;
  /** Control lines that wait for the end of the frame under way: within one they would be taken for its payload. */
  #between = '';
  constructor(one: Uint8Array, count: number) {
    this.#frame = one.length;
    this.#chunk = repeated(one);
    this.#left = one.length * count;
  }
  /** Sends a short control line at the next frame border. */
  control(socket: Bun.Socket<unknown>, line: string): void {
    this.#between += line;
    this.push(socket);
  }
  /** True when everything has left. */
  push(socket: Bun.Socket<unknown>): boolean {
    for (;;) {
      const inside = this.#at % this.#frame;
      if (this.#between !== '' && inside === 0) {
        if (socket.write(this.#between) <= 0) return false;
        this.#between = '';
      }
      if (this.#left === 0) return true;
      const rest = this.#between === '' ? this.#chunk.length - this.#at : this.#frame - inside;
      const taken = socket.write(this.#chunk, this.#at, Math.min(this.#left, rest));
      if (taken <= 0) return false;
      this.#left -= taken;
      this.#at = (this.#at + taken) % this.#chunk.length;
    }
  }
}

/** As many copies of a frame as make a chunk. */
function repeated(frame: Uint8Array): Uint8Array {
  const copies = Math.max(1, Math.ceil(LEAST / frame.length));
  const chunk = new Uint8Array(copies * frame.length);
  for (let i = 0; i < copies; i++) chunk.set(frame, i * frame.length);
  return chunk;
}

function frame(line: string, size: number): Uint8Array {
  return utf8.encode(`${line} ${size}\r\n${'\0'.repeat(size)}\r\n`);
}

function report(count: number, started: number): void {
  const rate = Math.trunc(count / ((performance.now() - started) / 1000));
  console.log(`${rate.toLocaleString('en-US')} msgs/sec`);
}

function blast(port: number, size: number, count: number): void {
  const one = frame('PUB bench', size);
  const pump = new Pump(one, count);
  let started = 0;
  let sent = false;
  const push = (socket: Bun.Socket<undefined>) => {
    if (sent || !pump.push(socket)) return;
    sent = true;
    socket.write('PING\r\n');
  };
  void Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (socket, bytes) => {
        const words = text.decode(bytes);
        if (words.startsWith('INFO')) {
          socket.write(hello);
          started = performance.now();
          push(socket);
        } else if (words.includes('PONG')) {
          report(count, started);
          process.exit(0);
        } else if (words.includes('PING')) socket.write('PONG\r\n');
      },
      drain: push,
    },
  });
}

function discard(port: number, size: number, count: number): void {
  let wanted = 0;
  let started = 0;
  let ready = false;
  void Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (socket, bytes) => {
        if (!ready) {
          const words = text.decode(bytes.subarray(0, 4096));
          if (words.startsWith('INFO')) {
            socket.write(`${hello}SUB bench 1\r\nPING\r\n`);
            wanted = frame('MSG bench 1', size).length * count;
            return;
          }
          ready = true;
          started = performance.now();
          const pong = words.indexOf('PONG\r\n');
          wanted -= bytes.length - (pong >= 0 ? 6 : 0);
        } else wanted -= bytes.length;
        if (wanted > 0) return;
        report(count, started);
        process.exit(0);
      },
    },
  });
}

interface Replaying {
  pump: Pump | undefined;
}

function replay(size: number, count: number): void {
  const server = Bun.listen<Replaying>({
    hostname: '127.0.0.1',
    port: 0,
    data: { pump: undefined },
    socket: {
      open: (socket) => {
        socket.data = { pump: undefined };
        const info = { server_id: 'REPLAY', version: '2.15.1', proto: 1, headers: true, max_payload: 8388608 };
        socket.write(`INFO ${JSON.stringify({ ...info, server_name: 'replay', host: '127.0.0.1', port: 1 })}\r\n`);
      },
      data: (socket, bytes) => {
        const words = text.decode(bytes);
        const asked = /^SUB (?!_INBOX)(\S+) +(\d+)/m.exec(words);
        const pongs = 'PONG\r\n'.repeat(words.split('PING').length - 1);
        if (socket.data.pump) socket.data.pump.control(socket, pongs);
        else socket.write(pongs);
        if (!asked || socket.data.pump) return;
        socket.data.pump = new Pump(frame(`MSG ${asked[1]} ${asked[2]}`, size), count);
        socket.data.pump.push(socket);
      },
      drain: (socket) => {
        socket.data.pump?.push(socket);
      },
    },
  });
  console.log(server.port);
}

function respond(port: number): void {
  void Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (socket, bytes) => {
        const words = text.decode(bytes);
        if (words.startsWith('INFO')) {
          socket.write(`${hello}SUB bench.svc 1\r\nPING\r\n`);
          return;
        }
        let answers = '';
        for (const [, reply] of words.matchAll(/MSG bench\.svc 1 (\S+) \d+\r\n/g))
          answers += `PUB ${reply} 2\r\nok\r\n`;
        if (words.includes('PING\r\n')) answers += 'PONG\r\n';
        if (words.includes('PONG\r\n')) console.log('ready');
        if (answers !== '') socket.write(answers);
      },
    },
  });
}

/** Messages on the way to the stream at once. */
const UNTOLD = 64;
/** Bytes after which content comes again: more than any block that is compressed by itself. */
const SPAN = 16 * 1024 * 1024;

/** A stream of what cannot be compressed, as most of what people store compressed already. */
function fill(port: number, subject: string, size: number, count: number): void {
  const noise = new Uint8Array(SPAN + size);
  for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
  const line = utf8.encode(`PUB ${subject} ack ${size}\r\n`);
  const one = new Uint8Array(line.length + size + 2);
  one.set(line);
  one.set([13, 10], line.length + size);
  let sent = 0;
  let told = 0;
  let rest: Uint8Array = new Uint8Array(0);
  const push = (socket: Bun.Socket<undefined>): void => {
    for (;;) {
      if (rest.length > 0) rest = rest.subarray(Math.max(0, socket.write(rest)));
      if (rest.length > 0 || sent === count || sent - told >= UNTOLD) return;
      const from = (sent++ * size) % SPAN;
      one.set(noise.subarray(from, from + size), line.length);
      rest = one;
    }
  };
  void Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (socket, bytes) => {
        const words = text.decode(bytes);
        if (words.startsWith('INFO')) socket.write(`${hello}SUB ack 1\r\n`);
        if (words.includes('"error"')) throw new Error(words);
        told += words.split('MSG ack').length - 1;
        if (told === count) process.exit(0);
        push(socket);
      },
      drain: push,
    },
  });
}

const [mode, ...rest] = process.argv.slice(2);
const [a = 0, b = 0, c = 0] = rest.map(Number);
if (mode === 'blast') blast(a, b, c);
else if (mode === 'discard') discard(a, b, c);
else if (mode === 'replay') replay(a, b);
else if (mode === 'respond') respond(a);
else if (mode === 'fill') fill(a, rest[1] ?? '', c, Number(rest[3]));
else throw new Error(`no bound is called ${mode}`);
