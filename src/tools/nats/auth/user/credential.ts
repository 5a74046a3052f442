import { formatRfc3339, fromSeconds } from '#base/time.ts';
import { record, str, time } from '#cli/schema.ts';
import { defineCommand } from '#runtime/command.ts';
import { operatorFlag, pickOperatorAccount } from '../pick.ts';
import { change, refuseExisting, writeFile } from '../session.ts';
import { signUser } from '../sign.ts';
import { credsOf, pickUser } from './change.ts';

/** `nats auth user credential` */
export const command = defineCommand({
  name: 'credential',
  aliases: ['cred', 'creds'],
  help: 'Write the credentials file of a user',
  args: {
    file: { type: 'string', required: true, help: 'File to write, readable by you alone' },
    name: { type: 'string', help: 'Name of the user' },
    account: { type: 'string', help: 'Name of the account' },
  },
  flags: {
    expire: { type: 'duration', help: 'How long the credentials are valid from now' },
    ...operatorFlag,
    force: { type: 'bool', short: 'f', help: 'Replace the file when there is one' },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth user credential alice.creds alice APP --expire 720h'],
  output: record({ user: str, account: str, file: str, 'expires?': time }),
  async run({ args, flags }, runtime) {
    await change(runtime, async (auth, runtime) => {
      await refuseExisting(auth, args.file, flags.force);
      const account = await pickOperatorAccount(auth, flags.operator, args.account);
      const { name, claims } = await pickUser(auth, account, args.name);
      const { expire = 0n } = flags;
      let token = await account.operator.store.userToken(account.name, name);
      if (expire > 0n) {
        claims.exp = Number((runtime.clock.now() + expire) / 1_000_000_000n);
        token = await signUser(auth, claims, claims.iss);
      }
      await writeFile(auth, args.file, await credsOf(auth, claims, token));
      const expires = claims.exp > 0 ? { expires: formatRfc3339(fromSeconds(Number(claims.exp))) } : {};
      const verb = runtime.contract.plan ? 'Would write' : 'Wrote';
      return {
        data: { user: claims.name, account: account.name, file: args.file, ...expires },
        text: () => `${verb} credential for ${claims.name} to ${args.file}`,
      };
    });
  },
});
