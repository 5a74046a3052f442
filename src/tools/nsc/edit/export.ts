import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import type { Export } from '#crypto/exports.ts';
import { defineCommand } from '#runtime/command.ts';
import { accountName } from '../account.ts';
import { editAccount } from '../account-edit.ts';
import { accountFlag } from '../account-flag.ts';
import { checkResponseType, exportFlags, readSampling } from '../add/export-flags.ts';
import { change, changed } from '../finish.ts';
import type { Report } from '../report.ts';
import { exportOf, refuseBadExports } from '../sharing.ts';

const ownFlags = {
  ...exportFlags,
  'rm-latency-sampling': { type: 'bool', help: 'No longer sample latency' },
  description: { type: 'string', help: 'What the export is for' },
  'info-url': { type: 'string', help: 'Where more about it is' },
} as const;

type Name = keyof typeof ownFlags;

/** `nsc edit export` */
export const command = defineCommand({
  name: 'export',
  help:
    'Change an export of an account\n\n' +
    'The subject names the export. Response type and tracing go back to their defaults in every edit that does not ' +
    'give them.',
  flags: { ...ownFlags, ...accountFlag },
  examples: ['nsc edit export --subject "orders.>" --description "all orders"'],
  tags: { scope: 'local', impact: 'rw' },
  output: changed,
  async run({ flags, isSet }, runtime) {
    await change(runtime, async (nsc) => {
      let { account } = flags;
      if (nsc.interactive) {
        const { askEditExport } = await import('../ask/export.ts');
        const asked = await askEditExport(nsc, flags);
        flags = { ...flags, ...asked.flags };
        account = asked.flags.account as string;
        const known = isSet;
        isSet = (name) => asked.set.has(name) || known(name);
      } else if (!(Object.keys(ownFlags) as Name[]).some((name) => isSet(name))) {
        throw fail('usage', 'please specify some options', { hint: 'nsc edit export --help shows them' });
      }
      const name = await accountName(nsc, account);
      return editAccount(nsc, name, ({ account: claims, report }) => {
        const held = exportOf(claims, name, flags.subject);
        refuseBadExports(claims.nats.exports);
        editExport(held, flags, isSet, report);
        refuseBadExports(claims.nats.exports);
        return `edited ${held.type} export ${quote(held.name)}`;
      });
    });
  },
});

interface Flags {
  readonly name: string | undefined;
  readonly service: boolean;
  readonly private: boolean;
  readonly latency: string | undefined;
  readonly sampling: string | undefined;
  readonly 'response-threshold': bigint | undefined;
  readonly 'response-type': string;
  readonly 'allow-trace': boolean;
  readonly 'rm-latency-sampling': boolean;
  readonly description: string | undefined;
  readonly 'info-url': string | undefined;
}

function editExport(held: Export, flags: Flags, isSet: (name: Name) => boolean, report: Report): void {
  if (isSet('name') && held.name !== flags.name) {
    held.name = flags.name ?? '';
    report.ok(`changed export name to ${held.name}`);
  }
  if (isSet('private') && held.token_req !== flags.private) {
    held.token_req = flags.private;
    const consequence = held.token_req ? 'this will break importers' : 'any account may import it';
    report.warn(`changed export to be ${held.token_req ? 'private' : 'public'} - ${consequence}`);
  }
  const type = isSet('service') ? (flags.service ? 'service' : 'stream') : held.type;
  if (type !== held.type) {
    held.type = type;
    report.warn(`changed export type to ${quote(type)} - this will break importers`);
  }
  if (type === 'service') editService(held, flags, isSet, report);
  else editStream(held, flags, isSet);
  for (const [field, flag, words] of texts) {
    const text = flags[flag] ?? '';
    if (!isSet(flag) || held[field] === text) continue;
    held[field] = text;
    report.ok(`changed ${words} to ${quote(text)}`);
  }
}

const texts = [
  ['description', 'description', 'description'],
  ['info_url', 'info-url', 'info url'],
] as const;

function editStream(held: Export, flags: Flags, isSet: (name: Name) => boolean): void {
  if (isSet('response-threshold') && flags['response-threshold']) {
    throw fail('usage', 'response threshold is only applicable to services');
  }
  if (isSet('allow-trace') && flags['allow-trace']) throw fail('usage', 'allow trace is only applicable to services');
  held.response_type = '';
  held.response_threshold = 0n;
  held.allow_trace = false;
  delete held.service_latency;
}

function editService(held: Export, flags: Flags, isSet: (name: Name) => boolean, report: Report): void {
  editLatency(held, flags, isSet, report);
  if (isSet('response-threshold')) held.response_threshold = flags['response-threshold'] ?? 0n;
  const old = held.response_type || 'Singleton';
  if (isSet('response-type')) {
    checkResponseType(flags['response-type']);
    if (old !== flags['response-type']) {
      held.response_type = flags['response-type'];
      report.ok(`changed response type to ${held.response_type}`);
    } else if (old === 'Singleton') held.response_type = '';
  } else {
    held.response_type = '';
    if (old !== 'Singleton')
      report.warn(`the response type is Singleton again, as --response-type=${old} was not given`);
  }
  if (isSet('allow-trace')) {
    if (held.allow_trace !== flags['allow-trace']) report.ok(`changed allowed trace to ${flags['allow-trace']}`);
    held.allow_trace = flags['allow-trace'];
  } else if (held.allow_trace) {
    held.allow_trace = false;
    report.warn('tracing is no longer allowed, as --allow-trace was not given');
  }
}

function editLatency(held: Export, flags: Flags, isSet: (name: Name) => boolean, report: Report): void {
  const old = held.service_latency;
  if (flags['rm-latency-sampling']) {
    report.ok(old ? 'removed latency tracking' : 'no need to remove latency tracking as it was not set');
    delete held.service_latency;
    return;
  }
  const results = isSet('latency') ? (flags.latency ?? '') : (old?.results ?? '');
  if (results === '') {
    if (isSet('sampling')) report.warn('nothing is sampled: --latency names the subject for the samples');
    delete held.service_latency;
    return;
  }
  const sampling = isSet('sampling') || !old ? readSampling(flags.sampling) : old.sampling;
  held.service_latency = { ...old, results, sampling };
  if (sampling !== old?.sampling) report.ok(`changed service latency to ${sampling === 'headers' ? 0 : sampling}%`);
  if (old && old.results !== results) {
    report.ok(`changed service latency subject to ${results}`);
    report.warn('changed latency subject will break consumers of the report');
  }
}
