import { arr, bool, obj, record, str } from '#cli/schema.ts';
import { type FipsReport, fipsReport } from '#crypto/fips-report.ts';
import { defineCommand } from '#runtime/command.ts';

/** `natsbox fips`: exit status 1 when FIPS mode is off or its self test fails. */
export const command = defineCommand({
  name: 'fips',
  help: 'Show whether FIPS mode is on, by which provider, and test it\n\nEnds with status 1 when it is off. Only the images named fips and fips-dev run in FIPS mode; the module in them is not a validated one.',
  output: record({
    on: bool,
    provider: str,
    version: str,
    module: str,
    library: str,
    checks: arr(obj({ name: str, ok: bool })),
  }),
  tags: { scope: 'local', impact: 'ro' },
  ours: true,
  async run(_input, runtime) {
    const read = async (path: string) => ((await runtime.files.stat(path)) ? runtime.files.readBytes(path) : undefined);
    const report = await fipsReport(read);
    await runtime.show({ data: report, text: () => lines(report) });
    if (!report.on) runtime.exit(1);
  },
});

function lines(r: FipsReport): string {
  if (r.checks.length === 0) return 'FIPS mode: off\n';
  const provider = `${r.provider || 'unknown provider'} ${r.version}`.trim();
  const tests = r.checks.map((c) => `  ${c.ok ? 'ok' : 'FAILED'}  ${c.name}\n`).join('');
  return `FIPS mode: ${r.on ? 'on' : 'failed'}\nProvider: ${provider} (${r.module})\nLibrary: OpenSSL ${r.library}\nSelf test:\n${tests}`;
}
