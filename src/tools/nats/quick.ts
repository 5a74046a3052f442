// The short lane: `nats pub SUBJECT BODY`, with nothing but a server and --quiet, is what scripts call thousands of times.
// Reading such a line here, without the command layer, halves what the call costs. Whatever is not exactly that - another
// flag, a variable, a context, a template, a terminal - is left to the command itself.
import { version } from '#base/version.ts';
import { publishOnce } from '#client/publish-once.ts';
import { defaultServer, steadyClient } from '#runtime/defaults.ts';
import { fileIsMissing } from '#runtime/lean-files.ts';
import { clockText, useZone } from '#runtime/wall-clock.ts';
import { utf8 } from '#wire/bytes.ts';

/** What a fresh socket certainly takes at once; longer messages want the queue of a whole connection. Characters. */
const LONG = 4096;

/** What a line of the short lane says. */
export interface QuickLine {
  readonly subject: string;
  readonly body: string;
  readonly quiet: boolean;
  readonly server: string | undefined;
}

/** Whether a word looks like a flag or a file of arguments. Compiling a regular expression would cost more than this. */
const isSpecial = (word: string): boolean => word[0] === '-' || word[0] === '@';

/** Takes the words of a plain publish apart; undefined for any other line. */
export function quickLine(argv: readonly string[]): QuickLine | undefined {
  const words: string[] = [];
  let server: string | undefined;
  let quiet = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    const isServer = word === '-s' || word === '--server';
    if (isServer || word.startsWith('--server=')) {
      const value = isServer ? argv[++i] : word.slice(9);
      // Given twice it is an error, and a value may not look like a flag or a file of arguments.
      if (server !== undefined || !value || isSpecial(value)) return undefined;
      server = value;
    } else if ((word === '-q' || word === '--quiet') && words.length > 0 && !quiet) quiet = true;
    else if (isSpecial(word) || word.includes('{{')) return undefined;
    else words.push(word);
  }
  const [command, subject, body] = words;
  if (words.length !== 3 || (command !== 'pub' && command !== 'publish') || !subject || body === undefined) {
    return undefined;
  }
  if (subject.length + body.length > LONG) return undefined;
  return { subject, body, quiet, server };
}

/** What the short lane needs of the process. */
export interface QuickWorld {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether text for stderr would be coloured: then it is a terminal, and nobody counts milliseconds. */
  readonly colored: boolean;
}

/** Publishes and says so, or gives false when the line is not one for the short lane. Rejects when the server refuses. */
export async function quickPublish(world: QuickWorld): Promise<boolean> {
  const { env } = world;
  const line = world.colored ? undefined : quickLine(world.argv);
  const config = env['XDG_CONFIG_HOME'] || (env['HOME'] ? `${env['HOME']}/.config` : '');
  if (!line || config === '' || !fileIsMissing(`${config}/nats/context.txt`)) return false;
  for (const name in env) if (name.startsWith('NATS') && name !== 'NATS_URL' && env[name]) return false;
  const { subject, body, quiet } = line;
  const servers = line.server ?? (env['NATS_URL'] || defaultServer);
  const bytes = utf8.encode(body);
  await publishOnce({ ...steadyClient, name: `NATS CLI Version ${version}`, servers }, subject, bytes);
  if (quiet) return true;
  useZone(env['TZ']);
  console.error(`${clockText()} Published ${bytes.length} bytes to ${JSON.stringify(subject)}`);
  return true;
}
