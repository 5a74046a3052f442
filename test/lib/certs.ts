import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** PEM texts. */
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

export interface Authority {
  ca: string;
  caFile: string;
  dir: string;
  /**
   * A certificate for these names: `DNS:localhost`, `IP:127.0.0.1`. `expired` makes one of the past, `authority` one
   * that may sign others, `by` has another certificate than the root sign it.
   */
  issue(name: string, sans: readonly string[], options?: IssueOptions): Certificate;
  remove(): void;
}

interface IssueOptions {
  expired?: boolean;
  subject?: string;
  authority?: boolean;
  by?: Certificate;
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A certificate authority of its own in a temporary folder, made with the openssl command. */
export function createAuthority(name = 'natsbox test CA'): Authority {
  const dir = mkdtempSync(join(tmpdir(), 'natsbox-ca-'));
  const at = (file: string): string => join(dir, file);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe' });
  };
  openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '30',
    '-subj',
    `/CN=${name}`,
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign',
  );

  function issue(file: string, sans: readonly string[], options: IssueOptions = {}): Certificate {
    const certFile = at(`${file}.pem`);
    const keyFile = at(`${file}.key`);
    openssl('req', ...curve, '-keyout', keyFile, '-out', at(`${file}.csr`), '-subj', options.subject ?? `/CN=${file}`);
    const lines = options.authority
      ? ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']
      : ['extendedKeyUsage=serverAuth,clientAuth'];
    if (sans.length > 0) lines.push(`subjectAltName=${sans.join(',')}`);
    writeFileSync(at(`${file}.ext`), lines.join('\n'));
    if (options.expired) issueExpired(file);
    else {
      openssl(
        'x509',
        '-req',
        '-in',
        at(`${file}.csr`),
        '-CA',
        options.by?.certFile ?? at('ca.pem'),
        '-CAkey',
        options.by?.keyFile ?? at('ca.key'),
        '-CAcreateserial',
        '-out',
        certFile,
        '-days',
        '10',
        '-extfile',
        at(`${file}.ext`),
      );
    }
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
  }

  /** `openssl x509` takes no start date in older releases; `openssl ca` does, for the price of a small database. */
  function issueExpired(file: string): void {
    writeFileSync(at('index.txt'), '');
    writeFileSync(at('serial'), '1000\n');
    writeFileSync(
      at('ca.conf'),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${at('index.txt')}\nserial=${at('serial')}\nnew_certs_dir=${dir}\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`,
    );
    openssl(
      'ca',
      '-batch',
      '-config',
      at('ca.conf'),
      '-cert',
      at('ca.pem'),
      '-keyfile',
      at('ca.key'),
      '-in',
      at(`${file}.csr`),
      '-out',
      at(`${file}.pem`),
      '-startdate',
      '20200101000000Z',
      '-enddate',
      '20210101000000Z',
      '-extfile',
      at(`${file}.ext`),
      '-notext',
    );
  }

  return {
    ca: readFileSync(at('ca.pem'), 'utf8'),
    caFile: at('ca.pem'),
    dir,
    issue,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
