/**
 * Notices what the system account may want to hear of. Costs a look into its subject tree per connection; the
 * messages are made in advisories.ts, which is loaded when somebody listens for the first time.
 */
import type { Account } from '../core/types.ts';
import type { Running } from '../running.ts';

type Advisories = typeof import('./advisories.ts');

const HEARTBEAT = 10_000;
const CONNECTIONS = 30_000;

/** Starts watching: connections, refused logins, heartbeats, the end of the server. */
export function startWatch(run: Running): void {
  const { srv } = run;
  const { handlers, clock } = srv;
  let loaded: Advisories | null = null;
  const wanted = (subject: string): boolean => srv.systemAccount.sublist.has(subject);
  const later = (use: (a: Advisories) => void): void => {
    if (loaded !== null) use(loaded);
    else
      void import('./advisories.ts').then((a) => {
        loaded = a;
        use(a);
      });
  };

  const timers = new Map<Account, unknown>();
  const counted = (account: Account): void => {
    if (account === srv.globalAccount) return;
    const subjects = [`$SYS.SERVER.ACCOUNT.${account.name}.CONNS`, `$SYS.ACCOUNT.${account.name}.SERVER.CONNS`];
    const some = subjects.filter(wanted);
    if (some.length > 0) later((a) => a.sendAccountConnections(run, account, some));
    clock.cancel(timers.get(account));
    timers.delete(account);
    if (account.clients.size > 0 && srv.phase !== 'closed') {
      timers.set(
        account,
        clock.after(CONNECTIONS, () => counted(account)),
      );
    }
  };

  handlers.connect ??= new Set();
  handlers.connect.add((event) => {
    const subject = `$SYS.ACCOUNT.${event.client.account.name}.CONNECT`;
    counted(event.client.account);
    if (wanted(subject)) later((a) => a.connected(run, event, subject));
  });
  handlers.disconnect ??= new Set();
  handlers.disconnect.add((event) => {
    // Told once the connection has left its account: the number of those that stay comes first.
    setImmediate(() => {
      const { account } = event.client;
      const subject = `$SYS.ACCOUNT.${account.name}.DISCONNECT`;
      if (event.client.connectReceived) counted(account);
      if (wanted(subject)) later((a) => a.disconnected(run, event, subject));
    });
  });
  handlers.auth ??= new Set();
  handlers.auth.add(({ client, reason, account, accountReason }) => {
    const subject = `$SYS.SERVER.${srv.id}.CLIENT.AUTH.ERR`;
    if (wanted(subject)) later((a) => a.refused(run, client, reason, srv.systemAccount, subject));
    const own = '$SYS.ACCOUNT.CLIENT.AUTH.ERR';
    if (account.sublist.has(own)) later((a) => a.refused(run, client, accountReason, account, own));
  });
  handlers.lameduck ??= new Set();
  handlers.lameduck.add(() => {
    const subject = `$SYS.SERVER.${srv.id}.LAMEDUCK`;
    if (wanted(subject)) later((a) => a.sendServerInfo(run, subject));
  });

  let wait = 250;
  let timer: unknown = null;
  const beat = (): void => {
    const subject = `$SYS.SERVER.${srv.id}.STATSZ`;
    if (wanted(subject)) later((a) => void a.sendHeartbeat(run, subject));
    wait = Math.min(wait * 2, HEARTBEAT);
    timer = clock.after(wait, beat);
  };
  timer = clock.after(wait, beat);
  run.closers.push(() => {
    const subject = `$SYS.SERVER.${srv.id}.SHUTDOWN`;
    if (loaded !== null && wanted(subject)) loaded.sendServerInfo(run, subject);
    clock.cancel(timer);
    for (const t of timers.values()) clock.cancel(t);
    timers.clear();
  });
}
