import { formatDuration } from '#base/duration.ts';
import { type BoxError, fail } from '#base/errors.ts';
import { quote } from '#base/quote.ts';
import { arr, bool, obj, record, str, time } from '#cli/schema.ts';
import type { TlsFacts } from '#client/types.ts';
import {
  type CertificateFacts,
  certificatePem,
  pemCertificates,
  readCertificate,
  verifiedChains,
} from '#crypto/x509.ts';
import { defineCommand } from '#runtime/command.ts';

/** `nats account tls` */
export const command = defineCommand({
  name: 'tls',
  help: 'Show the certificates of the server, up to the authority that is trusted\n\nFails when one of them expires soon.',
  flags: {
    'expire-warn': {
      type: 'duration',
      default: '1w',
      help: 'Fail when a certificate expires within this time; 0 never',
    },
    ocsp: { type: 'bool', help: 'Show stapled OCSP answers; they cannot be read here, which is said' },
    pem: { type: 'bool', default: 'true', negatable: true, help: 'Show the certificates as PEM too' },
  },
  tags: { scope: 'user', impact: 'ro' },
  output: record({
    chains: arr(
      arr(
        obj({
          subject: str,
          issuer: str,
          serial: str,
          not_before: time,
          not_after: time,
          is_ca: bool,
          signature: str,
          pem: str,
        }),
      ),
    ),
  }),
  async run(input, runtime) {
    const { ocsp, pem, 'expire-warn': soon } = input.flags;
    const facts = (await runtime.connect()).linkFacts()?.tls;
    if (!facts) {
      throw fail('error', 'nats: connection is not tls', {
        hint: 'does the server speak TLS? --tlsca trusts its authority',
      });
    }
    const chains = await chainsOf(facts);
    const now = runtime.clock.now();
    const problem = firstProblem(chains, now, soon);
    await runtime.show({
      data: { chains: chains.map((chain) => chain.map(certificateRecord)) },
      text: () => (ocsp ? OCSP : '') + chainsText(chains, { now, soon, pem }),
      rows: () => chains.flat().map(certificateRecord),
    });
    if (chains.length === 0) {
      throw fail('check-failed', 'no verified chains found in TLS', {
        hint: 'certificates were not verified: --tlsca names an authority',
      });
    }
    if (problem) throw problem;
  },
});

const OCSP = '# OCSP: stapled answers cannot be read by this program\n\n';

interface Link {
  readonly der: Uint8Array;
  readonly facts: CertificateFacts;
}

type Chain = readonly Link[];

async function chainsOf(tls: TlsFacts): Promise<Chain[]> {
  if (!tls.verified) return [];
  const chains = await verifiedChains(tls.certificates, pemCertificates(tls.authorities));
  // Where the runtime keeps the authorities to itself, its own chain is what it has verified.
  const found = chains.length === 0 && tls.authorities.length === 0 ? [[...tls.certificates]] : chains;
  return found.map((chain) => chain.map((der) => ({ der, facts: readCertificate(der) })));
}

function certificateRecord({ der, facts }: Link) {
  return {
    subject: facts.subject,
    issuer: facts.issuer,
    serial: facts.serial,
    not_before: new Date(facts.notBefore).toISOString(),
    not_after: new Date(facts.notAfter).toISOString(),
    is_ca: facts.isCa,
    signature: facts.signature,
    dns_names: facts.dnsNames,
    ip_addresses: facts.ipAddresses,
    uris: facts.uris,
    emails: facts.emails,
    pem: certificatePem(der),
  };
}

/** `2026-12-28 08:15:48 +0000 UTC` */
function goTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

/** How a certificate stands at a time, in Unix nanoseconds. */
function standing(facts: CertificateFacts, now: bigint, soon: bigint): 'good' | 'soon' | 'expired' {
  const end = BigInt(facts.notAfter) * 1_000_000n;
  if (end < now) return 'expired';
  return soon > 0n && end < now + soon ? 'soon' : 'good';
}

function firstProblem(chains: readonly Chain[], now: bigint, soon: bigint): BoxError | undefined {
  for (const [i, chain] of chains.entries()) {
    for (const [j, { facts }] of chain.entries()) {
      const how = standing(facts, now, soon);
      if (how === 'good') continue;
      const what = how === 'expired' ? 'expired cert' : 'cert expiring soon';
      const where = `chain=${i + 1} cert=${j + 1} expiration="${goTime(facts.notAfter)}" subject=${quote(facts.subject)}`;
      return fail('check-failed', `${what} ${where}`, { hint: 'renew the certificate' });
    }
  }
  return undefined;
}

interface Style {
  readonly now: bigint;
  readonly soon: bigint;
  readonly pem: boolean;
}

function chainsText(chains: readonly Chain[], style: Style): string {
  const texts = chains.map((chain, i) => {
    const certificates = chain.map((link, j) => certificateText(link, `chain=${i + 1} cert=${j + 1}`, style));
    return `\n# chain: ${i + 1}\n${certificates.join('')}`;
  });
  return `# TLS Verified Chains count: ${chains.length}\n${texts.join('')}`;
}

function certificateText({ der, facts }: Link, where: string, { now, soon, pem }: Style): string {
  const end = goTime(facts.notAfter);
  const how = standing(facts, now, soon);
  const sans = (label: string, values: readonly string[]) =>
    values.length > 0 ? `#   SAN: ${label}: [${values.join(' ')}]\n` : '';
  return [
    `# ${where} isCA=${facts.isCa} Subject=${quote(facts.subject)}\n`,
    how === 'expired' ? `# EXPIRED after ${end}\n` : '',
    how === 'soon' ? `# EXPIRING SOON: within ${formatDuration(soon)} of ${end}\n` : '',
    `#   Expiration: ${end}\n`,
    sans('DNS Names', facts.dnsNames),
    sans('IP Addresses', facts.ipAddresses),
    sans('URIs', facts.uris),
    sans('Email Addresses', facts.emails),
    `#   Serial: ${facts.serial}\n#   Signed-with: ${facts.signature}\n`,
    pem ? certificatePem(der) : '',
  ].join('');
}
