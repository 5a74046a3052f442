/** What the system account offers to others without having been told to. */
import { addServiceExport, exportAuth, type SharedAccount, serviceExportFor } from '../accounts/model.ts';

const OFFERS: readonly (readonly [subject: string, position: number])[] = [
  ['$SYS.REQ.ACCOUNT.*.CONNZ', 4],
  ['$SYS.REQ.ACCOUNT.*.STATZ', 4],
  ['$SYS.DEBUG.SUBSCRIBERS', 0],
  ['$SYS.REQ.USER.*.INFO', 0],
];

/** Adds the exports that the account's own do not cover already. */
export function addSystemExports(system: SharedAccount): void {
  for (const [subject, position] of OFFERS) {
    if (serviceExportFor(system, subject) !== null) continue;
    const auth = exportAuth(subject, undefined, position);
    addServiceExport(system, subject, auth, position > 0 ? 'stream' : 'singleton');
  }
}
