import { once } from '#base/once.ts';
import { quote } from '#base/quote.ts';

/** The parts of a URL that claims are checked for. */
export interface GoUrl {
  readonly scheme: string;
  readonly hasUser: boolean;
  /** With its port; IPv6 addresses in brackets. */
  readonly host: string;
  readonly hostname: string;
  readonly path: string;
}

/** What Go's url.Parse says: the parts, or the text of its error. WHATWG's URL accepts and refuses other things. */
export type GoUrlResult = { readonly url: GoUrl } | { readonly error: string };

const userChars = once(() => /^(?:[A-Za-z0-9\-._:~!$&'()*+,;=%@])*$/);

function badEscape(text: string): string | undefined {
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(text);
  return bad ? `invalid URL escape ${quote(text.slice(bad.index, bad.index + 3))}` : undefined;
}

function hostProblem(host: string): string | undefined {
  const port = (tail: string) => (/^(:\d*)?$/.test(tail) ? undefined : `invalid port ${quote(tail)} after host`);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    return end < 0 ? "missing ']' in host" : port(host.slice(end + 1));
  }
  const colon = host.lastIndexOf(':');
  const problem = colon >= 0 ? port(host.slice(colon)) : undefined;
  if (problem) return problem;
  const foreign = /[ "<>\\^`{|}]/.exec(host);
  if (foreign) return `invalid character ${quote(foreign[0])} in host name`;
  return badEscape(host);
}

/** Splits the scheme off; undefined when the text begins with a colon. */
function splitScheme(text: string): [scheme: string, rest: string] | undefined {
  if (text.startsWith(':')) return undefined;
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
  return match ? [match[1]!.toLowerCase(), text.slice(match[0].length)] : ['', text];
}

/** Parses as Go's net/url does, as far as accounts and operators need it. */
export function parseGoUrl(text: string): GoUrlResult {
  const failed = (why: string): GoUrlResult => ({ error: `parse ${quote(text)}: ${why}` });
  if (/[\x00-\x1f\x7f]/.test(text)) return failed('net/url: invalid control character in URL');
  const split = splitScheme(text.replace(/#.*$/s, ''));
  if (!split) return failed('missing protocol scheme');
  const [scheme, afterScheme] = split;
  const rest = afterScheme.replace(/\?.*$/s, '');
  const opaque = scheme !== '' && !rest.startsWith('/');
  if (opaque) return { url: { scheme, hasUser: false, host: '', hostname: '', path: '' } };
  if (!rest.startsWith('/') && rest.split('/', 1)[0]!.includes(':')) {
    return failed('first path segment in URL cannot contain colon');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    const problem = badEscape(rest);
    return problem ? failed(problem) : { url: { scheme, hasUser: false, host: '', hostname: '', path: rest } };
  }
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const problem =
    hostProblem(host) ??
    (at >= 0 && !userChars().test(authority.slice(0, at)) ? 'net/url: invalid userinfo' : undefined) ??
    badEscape(authority.slice(0, Math.max(at, 0))) ??
    badEscape(path);
  if (problem) return failed(problem);
  const hostname = host.startsWith('[') ? host.slice(1, host.lastIndexOf(']')) : host.replace(/:\d*$/, '');
  return { url: { scheme, hasUser: at >= 0, host, hostname, path } };
}
