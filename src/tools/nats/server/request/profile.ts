import { systemErrorText } from '#base/system-error.ts';
import { civil, pad } from '#base/time.ts';
import { int, list, obj, str } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { archiveFlag } from '../flags.ts';
import { openSource } from '../source.ts';
import { requestFilter } from './ask.ts';
import { group } from './group.ts';

const profiles = ['allocs', 'heap', 'goroutine', 'mutex', 'threadcreate', 'block', 'cpu'] as const;

/** `nats server request profile` */
export const command = defineCommand({
  name: 'profile',
  help: 'Fetch a Go profile of the servers into files\n\nCPU profiles run for --timeout.',
  args: {
    profile: { type: 'enum', enum: profiles, required: true, help: 'Kind of profile' },
    dir: { type: 'existing-dir', default: '.', help: 'Folder for the files' },
  },
  flags: { level: { type: 'int', help: 'Debug level; 1 and 2 give text' }, ...archiveFlag },
  inherits: group.flags,
  tags: { scope: 'system', impact: 'ro' },
  output: list(obj({ server: str, 'file?': str, 'bytes?': int, 'error?': str })),
  async run(input, runtime) {
    const { profile, dir } = input.args;
    const { flags } = input;
    const timeout = (runtime.globals['timeout'] as bigint | undefined) ?? 5_000_000_000n;
    const isTimed = profile === 'cpu' && !flags.archive;
    const source = await openSource(runtime, {
      archive: flags.archive,
      expect: flags.host || flags.name ? 1 : undefined,
      ...(isTimed ? { timeout: Number(timeout / 1_000_000n) + 2000 } : {}),
    });
    const answers = await source.ask('PROFILEZ', {
      name: profile,
      debug: flags.level ?? 0,
      ...(isTimed ? { duration: timeout } : {}),
      ...(await requestFilter(runtime, flags)),
    });
    if (answers.length === 0 && flags.archive) {
      runtime.err.line(`no captured profile ${profile} of level ${flags.level ?? 0} in ${flags.archive}`);
    }
    const at = civil(runtime.clock.now(), 'local');
    const stamp = `${at.year}${pad(at.month, 2)}${pad(at.day, 2)}-${pad(at.hour, 2)}${pad(at.minute, 2)}${pad(at.second, 2)}`;
    const results: { server: string; file?: string; bytes?: number; error?: string }[] = [];
    for (const { server, data } of answers) {
      if (!data) continue;
      const file = join(dir, `${profile}-${stamp}-${safeName(server.name)}`);
      try {
        if (data.error) throw new Error(data.error);
        const bytes = Uint8Array.from(atob(data.profile ?? ''), (c) => c.charCodeAt(0));
        await runtime.files.write(file, bytes, 0o600);
        results.push({ server: server.name, file, bytes: bytes.length });
      } catch (error) {
        results.push({ server: server.name, error: systemErrorText(error) });
        runtime.err.line(`Server "${server.name}" error: ${systemErrorText(error)}`);
      }
    }
    const text = () => results.map((r) => (r.file ? `Server "${r.server}" profile written: ${r.file}\n` : '')).join('');
    await runtime.show({ data: results, text });
  },
});

function join(dir: string, file: string): string {
  return dir === '.' || dir === '' ? file : `${dir.replace(/\/+$/, '')}/${file}`;
}

/** Names come from the network and must not leave the folder. */
function safeName(name: string): string {
  return name.replace(/[^\w.-]/g, '_');
}
