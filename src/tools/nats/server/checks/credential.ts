import { humanDuration } from '#base/duration.ts';
import { messageOf } from '#base/errors.ts';
import { systemErrorText } from '#base/system-error.ts';
import { civil, fromSeconds, pad } from '#base/time.ts';
import { nanosOf, type Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** Times in seconds; 0 for none. */
export interface CredentialQuery {
  readonly file: string;
  readonly validity_warning: number;
  readonly validity_critical: number;
  readonly requires_expiry: boolean;
}

/** Checks how long a credentials file is still good for. */
export async function checkCredential(world: World, verdict: Verdict, query: CredentialQuery): Promise<void> {
  if (!(await world.exists(query.file))) {
    return verdict.cannot(`credential not accessible: stat ${query.file}: no such file or directory`);
  }
  const { parseDecoratedJwt } = await import('#crypto/creds.ts');
  const { decode } = await import('#crypto/jwt.ts');
  let text: string;
  try {
    text = await world.readText(query.file);
  } catch (error) {
    return verdict.cannot(`credential not accessible: ${systemErrorText(error)}`);
  }
  let expires: number;
  try {
    const token = parseDecoratedJwt(text);
    if (token.split('.').length !== 3) throw new Error('expected 3 chunks');
    expires = Number((await decode(token)).exp ?? 0);
  } catch (error) {
    return verdict.critical(`invalid credential: ${messageOf(error)}`);
  }
  const now = Number(world.clock.now() / 1_000_000_000n);
  const { validity_warning: warning, validity_critical: critical } = query;
  // What never expires has no time left to measure; the original's number here is the clock, negated.
  const until = expires - now;
  verdict.perf({ name: 'expiry', value: until, warning, critical, unit: 's', help: 'Expiry time in seconds' });
  if (expires === 0) {
    verdict[query.requires_expiry || critical > 0 ? 'critical' : 'ok']('never expires');
    return;
  }
  if (critical > 0 && until <= critical) verdict.critical(`expires sooner than ${humanDuration(nanosOf(critical))}`);
  else if (warning > 0 && until <= warning) verdict.warn(`expires sooner than ${humanDuration(nanosOf(warning))}`);
  else verdict.ok(`expires in ${utcText(expires)}`);
}

function utcText(unix: number): string {
  const t = civil(fromSeconds(unix), 'utc');
  const date = `${t.year}-${pad(t.month, 2)}-${pad(t.day, 2)}`;
  return `${date} ${pad(t.hour, 2)}:${pad(t.minute, 2)}:${pad(t.second, 2)} +0000 UTC`;
}
