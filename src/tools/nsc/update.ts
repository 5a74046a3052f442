import { fail } from '#base/errors.ts';
import { parseVersion } from '#base/semver.ts';
import { record, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';

const steps = [
  'nsc is part of natsbox, one program with nats, nsc, nk and nats-top; it never changes itself.',
  'Where a container image runs, name the new tag and start it again.',
  'Where a package or an archive put it, put the new one in its place.',
  'Where it was built, get the new sources and type: npm ci && npm run build',
];

/** `nsc update` */
export const command = defineCommand({
  name: 'update',
  help: 'Show how nsc is brought to another version; it does not change itself',
  flags: { version: { type: 'string', default: 'latest', help: 'The version wanted' } },
  tags: { scope: 'local', impact: 'ro' },
  output: record({ version: str, wanted: str, how: str }),
  async run({ flags: { version: wanted } }, runtime) {
    if (wanted.trim().toLowerCase() !== 'latest' && !parseVersion(wanted.trim().replace(/^v/, ''))) {
      throw fail('usage', `${JSON.stringify(wanted)} is no version`, { hint: 'give one such as 1.2.3, or latest' });
    }
    const how = steps.join('\n');
    const data = { version: runtime.version, wanted, how };
    await runtime.show({ data, text: () => `Current version ${runtime.version}\n${how}\n` });
  },
});
