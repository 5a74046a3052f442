// Server configurations: operator, system account, and where account tokens come from.
import { quote } from '#base/quote.ts';

/** An account's token, by its public key. */
export interface ConfigAccount {
  readonly name: string;
  readonly publicKey: string;
  readonly token: string;
}

/** What a configuration is made of. */
export interface ConfigFacts {
  readonly operatorName: string;
  /** The token, or a quoted path to it. */
  readonly operator: string;
  /** Public key; empty when there is no system account. */
  readonly systemAccount: string;
  readonly accounts: readonly ConfigAccount[];
}

/** Memory resolver: all accounts are in the configuration. A token may be a quoted path. */
export function memoryConfig({ operatorName, operator, systemAccount, accounts }: ConfigFacts): string {
  const sorted = [...accounts].sort((a, b) => (a.publicKey < b.publicKey ? -1 : 1));
  return [
    `// Operator ${quote(operatorName)}`,
    `operator: ${operator}`,
    '',
    ...(systemAccount === '' ? [] : [`system_account: ${systemAccount}`, '']),
    'resolver: MEMORY',
    '',
    'resolver_preload: {',
    ...sorted.flatMap((a) => [`  // Account ${quote(a.name)}`, `  ${a.publicKey}: ${a.token}`, '']),
    '}',
    '',
  ].join('\n');
}

const fullResolver = `# every server keeps all accounts, and learns of changes by "nsc push"
resolver {
    type: full
    # where the server keeps the tokens
    dir: './jwt'
    # whether "nsc push --prune" may remove accounts; they are renamed to *.delete, so they can be brought back
    allow_delete: false
    # how often servers of a cluster compare what they have
    interval: "2m"
    # how long to look for an account that is not there
    timeout: "1.9s"
}
`;

const cacheResolver = `# the server keeps the accounts it was asked for; others of the cluster hold them all
resolver {
    type: cache
    # where the server keeps the tokens
    dir: './jwt'
    # how long a token is kept
    ttl: "1h"
    # how long to look for an account that is not there
    timeout: "1.9s"
}
`;

/** A name in a comment must not end it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** NATS resolver, full or cache: accounts are pushed to the servers; only the system account is in the configuration. */
export function resolverConfig(facts: ConfigFacts, system: ConfigAccount, cache: boolean): string {
  return `# Operator named ${oneLine(facts.operatorName)}
operator: ${facts.operator}
# System Account named ${oneLine(system.name)}
system_account: ${system.publicKey}

${cache ? cacheResolver : fullResolver}
# so that the first connection finds the system account; what was pushed later wins. The others come with:
#    nsc edit operator --account-jwt-server-url nats://localhost:4222
#    nsc push --all
resolver_preload: {
	${system.publicKey}: ${system.token},
}

`;
}
