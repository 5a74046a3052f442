import { expandPath } from '#store/dirs.ts';
import { openStore } from '#store/store.ts';
import type { Nsc } from '../nsc.ts';
import { isHttpUrl } from '../push/url.ts';
import { askText, askYes } from './choose.ts';

interface Asked {
  readonly url?: string | undefined;
  readonly 'operator-dir'?: string | undefined;
}

/** The questions of `nsc migrate -i`. */
export async function askMigrate(nsc: Nsc, given: Asked): Promise<Asked> {
  const all = await askYes(nsc, 'migrate all accounts under a particular operator', true, '--operator-dir');
  if (all) {
    const message = 'specify the directory for the operator';
    const dir = await askText(nsc, message, given['operator-dir'], '--operator-dir', (answer) =>
      openStore(nsc.disk, expandPath(nsc.runtime, answer)).then(
        () => undefined,
        () => 'this is no directory of an operator',
      ),
    );
    return { 'operator-dir': dir, url: undefined };
  }
  const url = await askText(nsc, 'account jwt url/or path', given.url, '--url', async (answer) =>
    isHttpUrl(answer) || (await nsc.disk.has(expandPath(nsc.runtime, answer))) ? undefined : 'no such file',
  );
  return { url, 'operator-dir': undefined };
}
