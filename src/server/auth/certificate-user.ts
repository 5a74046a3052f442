/** Which configured user a client certificate stands for. */
import type { Client } from '../core/types.ts';
import {
  type CertificateNames,
  certificateNames,
  domainComponents,
  type NameParts,
  parseName,
  sameName,
  sameParts,
  subjectParts,
  subjectText,
} from './certificate.ts';
import type { UserEntry } from './login.ts';
import { connectionAllowed } from './register.ts';

type Users = ReadonlyMap<string, UserEntry>;

/** The user by name: e-mail addresses first, then DNS names, URIs, and the subject. Null when none fits. */
export function userOfCertificate(c: Client, users: Users): string | null {
  const debug = (text: string): void => {
    if (c.srv.logger?.debug) c.srv.logger.log('debug', `${c.label} - ${text}`);
  };
  const der = c.wire.certificate?.() ?? null;
  if (der === null) {
    debug('User required in cert, no peer certificates found');
    return null;
  }
  let names: CertificateNames;
  try {
    names = certificateNames(der);
  } catch {
    return null;
  }
  const allowed = (name: string): boolean => {
    const entry = users.get(name);
    return entry !== undefined && connectionAllowed(c, entry.options.connectionTypes);
  };
  for (const [what, list] of [
    ['email', names.emails],
    ['SAN', names.dns],
    ['URI', names.uris],
  ] as const) {
    const found = list.find(allowed);
    if (found === undefined) continue;
    debug(`Using ${what} found in cert for auth [${JSON.stringify(found)}]`);
    return found;
  }
  const parts = subjectParts(names.subject);
  if (parts !== null) {
    const found = byName(c, users, parts);
    if (found !== null) return found;
  }
  const text = subjectText(names.subject);
  const domain = domainComponents(names.subject);
  if (domain !== '' && allowed(`${text},${domain}`)) return `${text},${domain}`;
  if (allowed(text)) return text;
  debug(`User in cert [${JSON.stringify(text)}], not found`);
  return null;
}

function byName(c: Client, users: Users, wanted: NameParts): string | null {
  const read: [string, NameParts][] = [];
  for (const [name, entry] of users) {
    if (!connectionAllowed(c, entry.options.connectionTypes)) continue;
    const parts = parseName(name);
    if (parts !== null) read.push([name, parts]);
  }
  const exact = read.find(([, parts]) => sameName(parts, wanted)) ?? read.find(([, parts]) => sameParts(parts, wanted));
  return exact?.[0] ?? null;
}
