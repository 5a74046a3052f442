import { fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { arr, bool, int, obj, recordOf, str } from '#cli/schema.ts';
import type { Issue } from '#crypto/issues.ts';
import { decode } from '#crypto/jwt.ts';
import { isJetStreamEnabled } from '#crypto/limits.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import { accountDidSign, operatorDidSign, validate } from '#crypto/validate.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { expandPath } from '#store/dirs.ts';
import type { Store } from '#store/store.ts';
import { type NscTable, renderNscTable } from '#view/nsc-table.ts';
import { accountName } from './account.ts';
import { accountFlag } from './account-flag.ts';
import { type Nsc, openNsc } from './nsc.ts';

/** What was looked at, and what was found. */
interface Finding {
  readonly kind: 'operator' | 'account' | 'token' | 'summary';
  readonly name: string;
  readonly issues: readonly Issue[];
}

const issue = obj({ text: str, level: str, blocking: bool, time_check: bool });

/** `nsc validate` */
export const command = defineCommand({
  name: 'validate',
  help:
    'Check the operator, an account and its users, all of them, or a file of tokens\n\n' +
    'Ends with status 1 when something would keep servers from accepting a token.',
  flags: {
    'all-accounts': { type: 'bool', short: 'A', help: 'Check all accounts of the operator' },
    file: { type: 'string', short: 'f', help: 'Check the tokens in a file, one on a line' },
    ...accountFlag,
  },
  examples: ['nsc validate', 'nsc validate --all-accounts', 'nsc validate --file tokens.txt'],
  tags: { scope: 'local', impact: 'ro' },
  output: recordOf(obj({ valid: bool, errors: int, findings: arr(obj({ kind: str, name: str, issues: arr(issue) })) })),
  async run({ flags }, runtime) {
    if (flags['all-accounts'] && flags.account) {
      throw fail('usage', 'specify only one of --account or --all-accounts');
    }
    if (flags.file && (flags['all-accounts'] || flags.account)) {
      throw fail('usage', 'specify only one of --account or --all-accounts or --file');
    }
    const nsc = await openNsc(runtime);
    const store = await nsc.store();
    const findings = flags.file
      ? await validateFile(nsc, flags.file)
      : await validateStore(nsc, store, await accountsMeant(nsc, store, flags));
    await show(runtime, findings);
  },
});

async function accountsMeant(
  nsc: Nsc,
  store: Store,
  flags: { readonly 'all-accounts': boolean; readonly account: string | undefined },
): Promise<string[]> {
  if (flags['all-accounts']) return store.accounts();
  const { chosenAccount } = await import('./ask/choose.ts');
  const given = await chosenAccount(nsc, flags.account);
  if (!given && nsc.config.account === '') return [];
  return [await accountName(nsc, given)];
}

function blocks({ blocking, timeCheck }: Issue): boolean {
  return blocking || timeCheck;
}

async function show(runtime: Runtime, findings: readonly Finding[]): Promise<void> {
  const errors = findings.flatMap(({ issues }) => issues).filter(blocks).length;
  const data = {
    valid: errors === 0,
    errors,
    findings: findings.map(({ kind, name, issues }) => ({
      kind,
      name,
      issues: issues.map(({ timeCheck, ...rest }) => ({ ...rest, time_check: timeCheck })),
    })),
  };
  const text = () => findings.map((finding) => `${renderNscTable(table(finding), runtime.terminal)}\n`).join('');
  await runtime.show({ data, text });
  if (errors > 0) throw fail('check-failed', 'validation found errors');
}

const titles: Readonly<Record<Finding['kind'], string>> = {
  operator: 'Operator',
  account: 'Account',
  token: 'Account',
  summary: 'Account',
};

function table({ kind, name, issues }: Finding): NscTable {
  const title = `${titles[kind]} ${quote(name)}`;
  if (issues.length === 0) return { title, rows: [['No issues found']] };
  const rows = issues.map((found, i) => [i + 1, blocks(found) ? '!' : '', found.text]);
  return { title, headers: ['#', ' ', 'Description'], rows };
}

const error = (text: string): Issue => ({ text, level: 'error', blocking: true, timeCheck: false });

async function validateStore(nsc: Nsc, store: Store, accounts: readonly string[]): Promise<Finding[]> {
  const operator = await store.operator();
  const issues = await validate(operator, nsc.now());
  if (!operatorDidSign(operator, operator)) {
    issues.push(error('operator is not issued by operator or operator signing key'));
  }
  const findings: Finding[] = [{ kind: 'operator', name: nsc.config.operator, issues }];
  for (const name of accounts) {
    findings.push({ kind: 'account', name, issues: await accountIssues(nsc, store, operator, name) });
  }
  return findings;
}

async function accountIssues(nsc: Nsc, store: Store, operator: OperatorClaims, name: string): Promise<Issue[]> {
  const account = await store.account(name);
  const issues = await validate(account, nsc.now());
  if (operator.nats.system_account === account.sub && isJetStreamEnabled(account.nats.limits)) {
    issues.push(error('JetStream should not be enabled for system account'));
  }
  if (!operatorDidSign(operator, account)) {
    issues.push(error('Account is not issued by operator or operator signing keys'));
  }
  for (const userName of await store.users(name)) {
    const user = await store.user(name, userName);
    for (const found of await validate(user, nsc.now())) {
      issues.push({ ...found, text: `user ${quote(userName)}: ${found.text}` });
    }
    if (!accountDidSign(account, user)) {
      issues.push(error(`user ${quote(userName)} is not issued by account or account signing keys`));
    } else if (operator.nats.strict_signing_key_usage && user.iss === account.sub) {
      issues.push(error(`user ${quote(userName)} is issued by account key but operator is in strict mode`));
    }
  }
  return issues;
}

async function validateFile(nsc: Nsc, file: string): Promise<Finding[]> {
  const text = await nsc.disk.read(expandPath(nsc.runtime, file));
  if (text === undefined) throw fail('not-found', `no file \`${file}\``);
  const found = new Map<string, Issue[]>();
  const counts = new Map<string, { readonly issue: Issue; count: number }>();
  for (const [i, line] of text.split('\n').entries()) {
    // A pack of accounts has `id|token` lines.
    const token = line.slice(line.indexOf('|') + 1).trim();
    if (token === '') continue;
    const claims = await decode(token).catch((reason: Error) => {
      throw fail('error', `claim decoding error in line ${i + 1}: ${reason.message}`);
    });
    const issues = found.get(claims.sub) ?? [];
    found.set(claims.sub, issues);
    for (const one of await validate(claims, nsc.now())) {
      issues.push(one);
      const counted = counts.get(one.text);
      if (counted) counted.count++;
      else counts.set(one.text, { issue: one, count: 1 });
    }
  }
  const findings: Finding[] = [{ kind: 'operator', name: nsc.config.operator, issues: [] }];
  for (const name of [...found.keys()].sort()) findings.push({ kind: 'token', name, issues: found.get(name) ?? [] });
  if (found.size > 1) {
    const issues = [...counts.values()].map(({ issue: one, count }) => ({
      ...one,
      text: `${one.text} (${count} occurrences)`,
    }));
    findings.push({ kind: 'summary', name: 'summary of all accounts', issues });
  }
  return findings;
}
