// The tokens of one operator on disk: DIR/NAME.jwt, DIR/accounts/A/A.jwt, DIR/accounts/A/users/U.jwt.

import { fail } from '#base/errors.ts';
import { basename, join } from '#base/path.ts';
import type { AccountClaims } from '#crypto/account.ts';
import type { OperatorClaims } from '#crypto/operator.ts';
import type { UserClaims } from '#crypto/user.ts';
import { hasAccount, listAccounts, readStoreInfo, type StoreInfo } from './config.ts';
import type { Disk } from './disk.ts';
import { checkName, fileNameOf, isFileName } from './names.ts';

/** One operator's store. Names are those of the files; reading fails with not-found for what is not there. */
export interface Store {
  readonly dir: string;
  readonly info: StoreInfo;
  operatorToken(): Promise<string>;
  /** Verified claims; a new object each time. */
  operator(): Promise<OperatorClaims>;
  accounts(): Promise<string[]>;
  hasAccount(name: string): Promise<boolean>;
  accountToken(name: string): Promise<string>;
  account(name: string): Promise<AccountClaims>;
  users(account: string): Promise<string[]>;
  hasUser(account: string, name: string): Promise<boolean>;
  userToken(account: string, name: string): Promise<string>;
  user(account: string, name: string): Promise<UserClaims>;
  putOperator(token: string): void;
  /** `name` is the one in the token. */
  putAccount(name: string, token: string): void;
  putUser(account: string, name: string, token: string): void;
  accountDir(name: string): string;
  userPath(account: string, name: string): string;
}

/** Verified claims. Many commands need names alone, and the shapes of claims cost more than those. */
async function verified<K extends 'operator' | 'account' | 'user'>(token: string, kind: K) {
  return (await import('#crypto/jwt.ts')).decodeAs(token, kind);
}

/** Opens the store of an operator; fails with not-found when the directory is none. */
export async function openStore(disk: Disk, dir: string): Promise<Store> {
  const info = await readStoreInfo(disk, dir);
  if (!info) {
    throw fail('not-found', `\`${dir}\` is not a valid data directory`, {
      hint: 'nsc list operators shows what is there',
    });
  }
  return storeOf(disk, dir, info);
}

/** The store of an operator that is being made: .nsc is written with the rest. */
export function createStore(disk: Disk, dir: string, managed: boolean): Store {
  const info: StoreInfo = { managed, name: basename(dir), kind: 'operator', version: '1' };
  disk.write(join(dir, '.nsc'), JSON.stringify(info));
  disk.mkdir(join(dir, 'accounts'));
  return storeOf(disk, dir, info);
}

function storeOf(disk: Disk, dir: string, info: StoreInfo): Store {
  const operatorPath = join(dir, `${fileNameOf(info.name)}.jwt`);
  const accountDir = (name: string) => join(dir, 'accounts', name);
  const accountPath = (name: string) => join(accountDir(name), `${fileNameOf(name)}.jwt`);
  const usersDir = (account: string) => join(accountDir(account), 'users');
  const userPath = (account: string, name: string) => join(usersDir(account), `${fileNameOf(name)}.jwt`);
  const read = async (path: string, missing: string, safe: boolean) => {
    const token = safe ? await disk.read(path) : undefined;
    if (token === undefined) throw fail('not-found', missing);
    return token;
  };
  const store: Store = {
    dir,
    info,
    accountDir,
    userPath,
    operatorToken: () => read(operatorPath, `operator ${info.name} does not exist`, isFileName(info.name)),
    operator: async () => verified(await store.operatorToken(), 'operator'),
    accounts: () => listAccounts(disk, dir),
    hasAccount: (name) => hasAccount(disk, dir, name),
    accountToken: (name) =>
      read(accountPath(name), `account ${name} does not exist in the current operator`, isFileName(name)),
    account: async (name) => verified(await store.accountToken(name), 'account'),
    async users(account) {
      if (!isFileName(account)) return [];
      const names = await disk.list(usersDir(account));
      return names.filter((name) => name.endsWith('.jwt')).map((name) => name.slice(0, -4));
    },
    hasUser: async (account, name) => isFileName(account) && isFileName(name) && disk.has(userPath(account, name)),
    userToken: (account, name) =>
      read(
        userPath(account, name),
        `user ${name} does not exist in the current account`,
        isFileName(account) && isFileName(name),
      ),
    user: async (account, name) => verified(await store.userToken(account, name), 'user'),
    putOperator(token) {
      checkName(info.name, 'operator');
      disk.write(operatorPath, token);
    },
    putAccount(name, token) {
      checkName(name, 'account');
      disk.write(accountPath(name), token);
    },
    putUser(account, name, token) {
      checkName(account, 'account');
      checkName(name, 'user');
      disk.write(userPath(account, name), token);
    },
  };
  return store;
}
