/** The monitoring port: the server's numbers over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { goJson } from '../accounts/info.ts';
import { usage } from '../net/host.ts';
import type { MonitorOptions } from '../options.ts';
import type { Running } from '../running.ts';
import { gatewayz, healthz, jsz, leafz, routez } from './absent.ts';
import { accountStatz, accountz } from './accounts.ts';
import { connz } from './connections.ts';
import { MonitorError } from './form.ts';
import { indexPage } from './page.ts';
import { type Query, readQuery, stateOf } from './query.ts';
import { setHttpFacts, varz } from './server.ts';
import { subsz } from './subscriptions.ts';

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

type Page = (q: Query) => Answer | Promise<Answer>;

const TEXT = 'text/plain; charset=utf-8';

function pretty(value: unknown): Answer {
  return { body: goJson(value, 2) };
}

function subsOf(q: Query): { subscriptions: boolean; subscriptions_detail: boolean } {
  const detail = q.text('subs').toLowerCase() === 'detail';
  return { subscriptions: detail ? false : q.bool('subs'), subscriptions_detail: detail };
}

function connections(run: Running, q: Query): Answer {
  const options = {
    sort: q.text('sort'),
    auth: q.bool('auth'),
    ...subsOf(q),
    offset: q.int('offset'),
    limit: q.int('limit'),
    cid: q.count('cid'),
    state: stateOf(q.text('state')),
    user: q.text('user'),
    acc: q.text('acc'),
    mqtt_client: q.text('mqtt_client'),
  };
  return pretty(connz(run, options));
}

function health(q: Query): Answer {
  for (const name of ['js-enabled', 'js-enabled-only', 'js-server-only', 'js-meta-only']) q.bool(name);
  const details = q.bool('details');
  const { status_code, ...shown } = healthz({
    account: q.text('account'),
    stream: q.text('stream'),
    consumer: q.text('consumer'),
    details,
  });
  return { status: status_code ?? 200, body: goJson(shown) };
}

function jetStream(run: Running, q: Query): Answer {
  for (const name of [
    'accounts',
    'streams',
    'consumers',
    'direct-consumers',
    'config',
    'raft',
    'leader-only',
    'stream-leader-only',
  ]) {
    q.bool(name);
  }
  q.int('offset');
  q.int('limit');
  return pretty(jsz(run));
}

function expvar(): Answer {
  const { memory } = usage();
  return { type: 'application/json; charset=utf-8', body: goJson({ cmdline: [], memstats: { Sys: memory } }) };
}

function pages(run: Running, base: string): Map<string, Page> {
  const subs: Page = (q) =>
    pretty(
      subsz(run, {
        subscriptions: q.bool('subs'),
        offset: q.int('offset'),
        limit: q.int('limit'),
        account: q.text('acc'),
        test: q.text('test'),
      }),
    );
  return new Map<string, Page>([
    ['/', () => ({ type: 'text/html; charset=utf-8', body: indexPage(base, run.srv.options.name, run.srv.version) })],
    ['/varz', async () => pretty(await varz(run))],
    ['/connz', (q) => connections(run, q)],
    ['/routez', (q) => (subsOf(q), pretty(routez(run)))],
    ['/gatewayz', (q) => (q.bool('accs'), pretty(gatewayz(run)))],
    ['/leafz', (q) => (q.bool('subs'), pretty(leafz(run)))],
    ['/subsz', subs],
    ['/subscriptionsz', subs],
    ['/accountz', (q) => pretty(accountz(run, { account: q.text('acc') }))],
    ['/accstatz', (q) => pretty(accountStatz(run, { include_unused: q.bool('unused') }))],
    ['/jsz', (q) => jetStream(run, q)],
    ['/healthz', health],
    ['/ipqueuesz', (q) => (q.bool('all'), pretty({}))],
    ['/raftz', () => ({ status: 404, type: TEXT, body: 'No Raft nodes registered' })],
    ['/stacksz', () => ({ body: '' })],
    ['/debug/vars', expvar],
  ]);
}

/** Paths whose requests are counted under another name, and those that are not counted. */
const COUNTED: Record<string, string> = {
  '/subscriptionsz': '/subsz',
  '/stacksz': '',
  '/debug/vars': '',
  '/raftz': '',
  '/ipqueuesz': '',
};

/** Opens the ports the options name. */
export async function startMonitor(run: Running, options: MonitorOptions): Promise<void> {
  const { srv } = run;
  const trimmed = (options.basePath ?? '').replace(/^\/+|\/+$/g, '');
  const base = trimmed === '' ? '' : `/${trimmed}`;
  const requests = new Map<string, number>();
  const all = pages(run, base);

  const answer = async (url: URL): Promise<Answer> => {
    const path =
      url.pathname === base ? '/' : url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : '';
    const found = all.get(path);
    if (found === undefined) return { status: 404, type: TEXT, body: '404 page not found\n' };
    const name = COUNTED[path] ?? path;
    if (name !== '') requests.set(name, (requests.get(name) ?? 0) + 1);
    try {
      return await found(readQuery(url.searchParams));
    } catch (error) {
      if (!(error instanceof MonitorError)) throw error;
      return { status: 400, type: TEXT, body: error.message };
    }
  };
  const serve = (req: IncomingMessage, res: ServerResponse): void => {
    let url: URL;
    try {
      url = new URL(req.url ?? '/', 'http://monitor');
    } catch {
      res.writeHead(400).end();
      return;
    }
    answer(url).then(
      ({ status = 200, type = 'application/json', body }) => {
        const bytes = Buffer.from(body, 'utf8');
        const headers: Record<string, string | number> = { 'Content-Type': type, 'Content-Length': bytes.length };
        if (type.startsWith('application/json')) headers['Access-Control-Allow-Origin'] = '*';
        res.writeHead(status, headers).end(req.method === 'HEAD' ? undefined : bytes);
      },
      (error: unknown) => {
        srv.logger?.log('error', `Error answering ${req.url}: ${String(error)}`);
        res.writeHead(500, { 'Content-Type': TEXT }).end('internal error');
      },
    );
  };

  const host = options.host || run.srv.options.host;
  const open = async (port: number, secure: boolean): Promise<number> => {
    const server = secure ? await secureServer(run, serve) : (await import('node:http')).createServer(serve);
    server.headersTimeout = 5000;
    server.requestTimeout = 10_000;
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen({ host, port: Math.max(port, 0) }, () => done());
    });
    const bound = (server.address() as AddressInfo).port;
    const scheme = secure ? 'https' : 'http';
    srv.logger?.log('info', `Starting ${scheme} monitor on ${host.includes(':') ? `[${host}]` : host}:${bound}`);
    run.listeners.push({ kind: 'monitoring', scheme, host, port: bound });
    run.closers.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return bound;
  };
  const port = options.port ? await open(options.port, false) : 0;
  const httpsPort = options.httpsPort ? await open(options.httpsPort, true) : 0;
  setHttpFacts(run, { host, port, basePath: options.basePath ?? '', httpsPort, requests });
}

async function secureServer(run: Running, serve: (req: IncomingMessage, res: ServerResponse) => void) {
  const tls = run.options.tls;
  if (tls === undefined) throw new Error('the https monitoring port needs TLS: give the server a tls block');
  const { tlsContext } = await import('../net/tls-options.ts');
  return (await import('node:https')).createServer({ ...(await tlsContext(tls)), requestCert: false }, serve);
}
