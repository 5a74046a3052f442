// The documents of JetStream under Go field names, as --expression filters may use them: Info.State.Msgs.
import type { FieldForm } from './difference.ts';

const names: Readonly<Record<string, string>> = {
  ts: 'TimeStamp',
  messages: 'Msgs',
  first_ts: 'FirstTime',
  last_ts: 'LastTime',
  consumer_count: 'Consumers',
  stream_name: 'Stream',
  consumer_seq: 'Consumer',
  stream_seq: 'Stream',
  last_active: 'Last',
  pinned_client_id: 'PinnedClientID',
  pinned_ts: 'PinnedTS',
};

function goName(key: string): string {
  return names[key] ?? key.replaceAll(/(?:^|_)([a-z])/g, (_, c: string) => c.toUpperCase());
}

/** A document with Go field names; `config` fields by the forms. */
export function goDocument(value: unknown, forms: readonly FieldForm[], inConfig = false): unknown {
  if (Array.isArray(value)) return value.map((v) => goDocument(v, forms));
  if (value === null || typeof value !== 'object') return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const form = inConfig ? forms.find((f) => f.key === key) : undefined;
    if (key === 'metadata' || key === 'subjects') out[form?.name ?? goName(key)] = item;
    else out[form?.name ?? goName(key)] = goDocument(item, forms, key === 'config');
  }
  return out;
}
