import { parseBytes } from '#base/size.ts';
import { createKeyPair } from '#crypto/nkeys.ts';
import { newUserScope, type UserScope } from '#crypto/scope.ts';
import { int64 } from '#crypto/shape.ts';
import { defineCommand } from '#runtime/command.ts';
import type { Runtime } from '#runtime/runtime.ts';
import { subjects } from '../../permits.ts';
import { operatorFlag } from '../../pick.ts';
import { changeAccount } from '../change.ts';
import { scopeModel, scopeOutput, scopeText } from './show.ts';

/** Kinds of connection by the name of their flag's value. */
const connections: Readonly<Record<string, string>> = {
  nats: 'STANDARD',
  ws: 'WEBSOCKET',
  leaf: 'LEAFNODE',
  wsleaf: 'LEAFNODE_WS',
  mqtt: 'MQTT',
};

/** `nats auth account keys add` */
export const command = defineCommand({
  name: 'add',
  aliases: ['new', 'a', 'n'],
  help: 'Make a signing key for the users of a role: what they may do stands in the account',
  args: {
    account: { type: 'string', help: 'Name of the account' },
    role: { type: 'string', help: 'Name of the role; asked for when it is not given' },
  },
  flags: {
    ...operatorFlag,
    description: { type: 'string', help: 'What the role is for' },
    subscriptions: { type: 'int64', default: '-1', help: 'Most subscriptions of a user' },
    payload: { type: 'string', placeholder: 'BYTES', help: 'Largest message of a user' },
    bearer: { type: 'bool', negatable: true, help: 'Let users log in with a bearer token alone' },
    locale: { type: 'string', help: 'Time zone of the times at which users may connect' },
    connection: {
      type: 'enum',
      enum: ['nats', 'ws', 'leaf', 'wsleaf', 'mqtt'],
      cumulative: true,
      help: 'Kind of connection a user may make: nats, ws, leaf, wsleaf or mqtt',
    },
    'pub-allow': { type: 'string', cumulative: true, help: 'Subject that may be published to' },
    'pub-deny': { type: 'string', cumulative: true, help: 'Subject that may not be published to' },
    'sub-allow': { type: 'string', cumulative: true, help: 'Subject that may be subscribed to' },
    'sub-deny': { type: 'string', cumulative: true, help: 'Subject that may not be subscribed to' },
  },
  tags: { scope: 'system', impact: 'rw' },
  examples: ['nats auth account keys add APP reader --sub-allow "orders.>" --pub-deny ">"'],
  output: scopeOutput,
  async run({ args, flags }, runtime) {
    await changeAccount(runtime, { operator: flags.operator, account: args.account }, async ({ claims }, auth) => {
      const role = args.role || (await askRole(auth.runtime));
      const pair = await createKeyPair('account', runtime.random(32));
      await auth.keys.put(pair);
      const scope: UserScope = newUserScope(pair.publicKey, role, flags.description ?? '');
      const { template } = scope;
      template.subs = int64(flags.subscriptions);
      if (flags.payload) template.payload = int64(parseBytes(flags.payload));
      template.bearer_token = flags.bearer;
      template.times_location = flags.locale ?? '';
      template.allowed_connection_types = flags.connection.map((kind) => connections[kind] ?? kind);
      template.pub = { allow: subjects(flags['pub-allow']), deny: subjects(flags['pub-deny']) };
      template.sub = { allow: subjects(flags['sub-allow']), deny: subjects(flags['sub-deny']) };
      claims.nats.signing_keys.set(scope.key, scope);
      const data = scopeModel(scope);
      return () => ({ data, text: () => scopeText(runtime, data) });
    });
  },
});

async function askRole(runtime: Runtime): Promise<string> {
  return (await runtime.prompts()).input({
    message: 'Role Name',
    help: 'What the users of this key are',
    flag: 'the role argument',
    validate: (text) => (text.trim() === '' ? 'a name is needed' : undefined),
  });
}
