import { BoxError, fail } from '#base/errors.ts';
import { record, str } from '#cli/schema.ts';
import { refuseInFips } from '#crypto/fips.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#_-%^&()';
/** Bytes bcrypt looks at; what follows would not count. */
const longest = 72;

/** `nats server passwd` */
export const command = defineCommand({
  name: 'passwd',
  aliases: ['mkpasswd', 'pass', 'password'],
  help: 'Make the bcrypt hash of a password for a server configuration',
  flags: {
    pass: { type: 'string', short: 'p', envar: 'PASSWORD', help: 'The password; without it, it is asked for' },
    cost: { type: 'uint', short: 'c', default: '11', help: 'Cost of the hash, 4 to 31' },
    generate: { type: 'bool', short: 'g', help: 'Make up a password and show it' },
  },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ 'password?': str, hash: str }),
  async run(input, runtime) {
    const { flags } = input;
    await refuseInFips('nats server passwd', 'bcrypt');
    if (flags.cost < 4n || flags.cost > 31n) throw fail('usage', 'bcrypt cost should be between 4 and 31');
    const isNew = !flags.pass && flags.generate;
    const password = flags.pass || (isNew ? randomPassword(runtime, 22) : await askPassword(runtime));
    const bytes = new TextEncoder().encode(password).length;
    if (bytes < 10) throw fail('usage', 'password should be at least 10 characters long');
    if (bytes > longest) {
      throw fail('usage', `error producing bcrypt hash: bcrypt: password length exceeds ${longest} bytes`);
    }
    const hash = await bcryptHash(password, Number(flags.cost));
    const text = () => (isNew ? `Generated password: ${password}\n       bcrypt hash: ${hash}\n` : `${hash}\n`);
    await runtime.show({ data: { ...(isNew ? { password } : {}), hash }, text });
  },
});

/** With the prefix $2a$, which every server reads. */
async function bcryptHash(password: string, cost: number): Promise<string> {
  const bcrypt = await import('bcryptjs');
  const salt = await bcrypt.genSalt(cost);
  return bcrypt.hash(password, salt.replace(/^\$2.\$/, '$2a$'));
}

function randomPassword(runtime: Runtime, length: number): string {
  let out = '';
  while (out.length < length) {
    // Bytes beyond the last whole multiple would favour the first letters.
    const bound = 256 - (256 % letters.length);
    for (const byte of runtime.random(length)) if (byte < bound) out += letters[byte % letters.length];
  }
  return out.slice(0, length);
}

async function askPassword(runtime: Runtime): Promise<string> {
  const prompts = await runtime.prompts();
  const validate = (text: string) => (text.length < 10 ? 'at least 10 characters are needed' : undefined);
  const ask = (message: string) =>
    prompts.password({ message, flag: '--pass or --generate', validate }).catch((error: unknown) => {
      if (!(error instanceof BoxError)) throw error;
      throw new BoxError(error.kind, `could not read password: ${error.message}`, error.facts);
    });
  const first = await ask('Enter password');
  const second = await ask('Re-enter password');
  if (first !== second) throw fail('usage', 'entered and re-entered passwords do not match');
  return first;
}
