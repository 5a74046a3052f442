import type { OperatorClaims } from '#crypto/operator.ts';
import type { SharedAccount } from '../accounts/model.ts';
import type { ServerOptions } from '../options.ts';
import type { Resolver } from './resolver.ts';

/** The parts of operator mode that requests to the server use: pushes and look-ups. */
export interface OperatorMode {
  readonly operators: readonly OperatorClaims[];
  readonly resolver: Resolver;
  /** Checks a pushed account JWT, keeps it and puts it in force. Rejects with the reason. */
  push(jwt: string, account: string | null): Promise<string>;
  /** The running account of that name, fetched when it is not there yet. */
  lookup(name: string): Promise<SharedAccount | null>;
  /** Shuts an account down whose JWT was removed. */
  disable(name: string): void;
  preload(options: ServerOptions): Promise<void>;
  refresh(): Promise<void>;
}
