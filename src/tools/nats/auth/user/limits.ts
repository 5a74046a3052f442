// What a user may do: flags of add and edit, and what they change.
import type { FlagSpecs, ValuesOf } from '#cli/spec.ts';
import { int64 } from '#crypto/shape.ts';
import type { UserClaims } from '#crypto/user.ts';
import { subjects } from '../permits.ts';

export const limitFlags = {
  bearer: { type: 'bool', negatable: true, help: 'Let it log in with the token alone' },
  data: { type: 'int64', default: '-1', help: 'Most bytes it may send' },
  locale: { type: 'string', help: 'Time zone of the times at which it may connect' },
  payload: { type: 'int64', default: '1048576', help: 'Largest message' },
  'pub-allow': { type: 'string', cumulative: true, help: 'Subject it may publish to; an empty one clears the list' },
  'pub-deny': { type: 'string', cumulative: true, help: 'Subject it may not publish to' },
  'sub-allow': { type: 'string', cumulative: true, help: 'Subject it may subscribe to' },
  'sub-deny': { type: 'string', cumulative: true, help: 'Subject it may not subscribe to' },
  subscriptions: { type: 'int64', default: '-1', help: 'Most subscriptions' },
} as const satisfies FlagSpecs;

export type LimitValues = ValuesOf<typeof limitFlags>;
type Name = keyof LimitValues;

/** Sets what was given; `add` takes the defaults for the rest. */
export function applyLimits(
  { nats }: UserClaims,
  flags: LimitValues,
  given: (name: Name) => boolean,
  add: boolean,
): void {
  const wanted = (name: Name) => add || given(name);
  if (wanted('bearer')) nats.bearer_token = flags.bearer;
  if (wanted('data')) nats.data = int64(flags.data);
  if (wanted('locale')) nats.times_location = flags.locale ?? '';
  if (wanted('payload')) nats.payload = int64(flags.payload);
  if (wanted('subscriptions')) nats.subs = int64(flags.subscriptions);
  if (given('pub-allow')) nats.pub.allow = subjects(flags['pub-allow']);
  if (given('pub-deny')) nats.pub.deny = subjects(flags['pub-deny']);
  if (given('sub-allow')) nats.sub.allow = subjects(flags['sub-allow']);
  if (given('sub-deny')) nats.sub.deny = subjects(flags['sub-deny']);
}

/** The flags of these that were given. */
export function givenLimits(given: (name: Name) => boolean): string[] {
  return Object.keys(limitFlags).filter((name) => given(name as Name));
}
