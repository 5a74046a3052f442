import type { AccountClaims } from '#crypto/account.ts';
import { newAccount } from '#crypto/account.ts';
import { type Export, newExport } from '#crypto/exports.ts';
import type { Import } from '#crypto/imports.ts';
import { isContainedIn } from '#crypto/subjects.ts';
import { validate } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import { openNsc } from '../../nsc.ts';
import { diagramFlags, diagramOutput, footer, infoNote, plain, showDiagram } from './plantuml.ts';

/** `nsc generate diagram component` */
export const command = defineCommand({
  name: 'component',
  help: 'Draw accounts with their exports and imports',
  flags: { detail: { type: 'bool', help: 'Add the descriptions of accounts and exports' }, ...diagramFlags },
  examples: ['nsc generate diagram component --output-file accounts.puml'],
  tags: { scope: 'local', impact: 'ro' },
  output: diagramOutput,
  async run({ flags }, runtime) {
    const nsc = await openNsc(runtime);
    const store = await nsc.store();
    const operator = await store.operator();
    const accounts: AccountClaims[] = [];
    for (const name of await store.accounts()) accounts.push(await store.account(name));
    const lines = [...head, `title Component Diagram of Accounts - Operator ${plain(operator.name)}`];
    for (const account of accounts) lines.push(...(await component(account, flags.detail, nsc.now())));
    const known = new Map(accounts.map((account) => [account.sub, account]));
    for (const account of accounts) {
      for (const one of account.nats.imports) lines.push(...(await arrow(account, one, known, nsc.now())));
    }
    lines.push('legend', `"${RENAME}X", the imported subject is rewritten to X`, 'end legend');
    lines.push(...footer(nsc, store.dir));
    await showDiagram(runtime, flags['output-file'], lines);
  },
});

const RENAME = '<&resize-width>';

const missing = ['public service', 'private service', 'public stream', 'private stream'].map(
  (kind) => `    backgroundColor<<not-found ${kind}>> Red`,
);

const head = [
  '@startuml',
  'skinparam component {',
  '\tArrowFontName Arial',
  '\tArrowFontColor #636363',
  '    ArrowSize 10pt',
  '}',
  'skinparam interface {',
  ...missing,
  '}',
  '',
];

function interfaceId(publicKey: string, one: Export): string {
  const marks: Readonly<Record<string, string>> = { ' ': '_', '*': '_A_', '>': '_G_', $: '_D_', '-': '_M_' };
  const name = plain(one.name || one.subject).replace(/[^\w.]/g, (char) => marks[char] ?? '_');
  return `${publicKey}_${name}`;
}

function kindOf(one: Export): string {
  return `${one.token_req ? 'private' : 'public'} ${one.type || 'n/a'}`;
}

/** A leading * is markup in a label. */
function label(subject: string): string {
  return plain(subject.startsWith('*') ? ` ${subject}` : subject);
}

async function component(account: AccountClaims, detail: boolean, now: number): Promise<string[]> {
  const { nats, sub } = account;
  if (nats.imports.length + nats.exports.length === 0) return [];
  const lines = [`component [${plain(account.name)}] as ${sub} <<account>>`];
  if (detail) lines.push(...infoNote(sub, nats));
  for (const one of nats.exports) {
    const id = interfaceId(sub, one);
    lines.push(`interface "${plain(one.name || one.subject)}" << ${kindOf(one)} >> as ${id}`);
    lines.push(`${id} -- ${sub} : ""${label(one.subject)}""`);
    if (detail) lines.push(...infoNote(id, one));
    const alone = newAccount(sub);
    alone.nats.exports = [one];
    lines.push(...issueNote(id, account.name, await issueTexts(alone, now)));
  }
  return [...lines, ''];
}

async function issueTexts(account: AccountClaims, now: number): Promise<string[]> {
  const issues = await validate(account, now);
  return issues.map(({ text }) => text).filter((text) => !text.startsWith('the field to has been deprecated'));
}

function issueNote(id: string, name: string, issues: readonly string[]): string[] {
  if (issues.length === 0) return [];
  const lines = issues.flatMap((text) => [`* ${plain(text)}`, '']);
  return [`note left of ${id}`, '', `** Validation Issues by ${plain(name)}**`, '', ...lines, 'end note'];
}

function subjects(one: Import): { local: string; remote: string } {
  if (one.local_subject) return { local: one.local_subject, remote: one.subject };
  const local = one.to || one.subject;
  return one.type === 'service' ? { local: one.subject, remote: local } : { local, remote: one.subject };
}

async function arrow(
  account: AccountClaims,
  one: Import,
  known: ReadonlyMap<string, AccountClaims>,
  now: number,
): Promise<string[]> {
  const { local, remote } = subjects(one);
  const exporter = known.get(one.account);
  const found = exporter?.nats.exports.find((e) => e.type === one.type && isContainedIn(remote, e.subject));
  const held = found ?? newExport({ subject: remote, type: one.type, token_req: one.token !== '' });
  const id = interfaceId(one.account, held);
  const lines = found ? [] : [`interface " " << not-found ${kindOf(held)} >> as ${id}`];
  const from = local === remote ? account.sub : `${account.sub} "${RENAME}${plain(local)}"`;
  lines.push(`${from} ..> ${id} : "${label(remote)}"`);
  const alone = newAccount(account.sub);
  alone.nats.imports = [one];
  const issues = await issueTexts(alone, now);
  if (held.token_req && one.token === '') issues.push('Export is private but no activation token');
  if (!held.token_req && one.token !== '') issues.push('Export is public but import has activation token');
  if (!exporter) issues.push(`Exporting account not present: ${one.account}`);
  return [...lines, ...issueNote(id, account.name, issues)];
}
