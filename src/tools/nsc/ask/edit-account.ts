import type { AccountClaims } from '#crypto/account.ts';
import { accountName } from '../account.ts';
import type { Nsc } from '../nsc.ts';
import { askText, askYes, chosenAccount } from './choose.ts';
import { type Answers, askClaims, askNumber, askSigningKeys, newAnswers } from './edits.ts';

/** The questions of `nsc edit account -i`. */
export async function askEditAccount(nsc: Nsc, given: string | undefined): Promise<Answers> {
  const answers = newAnswers();
  const name = await accountName(nsc, await chosenAccount(nsc, given));
  answers.flags.name = name;
  const account = await (await nsc.store()).account(name);
  const { nats } = account;
  const { limits } = nats;
  await askSigningKeys(nsc, answers, 'account');
  await askNumber(nsc, answers, 'conns', 'max connections (-1 unlimited)', limits.conn);
  await askNumber(nsc, answers, 'leaf-conns', 'max leaf node connections (-1 unlimited)', limits.leaf);
  await askNumber(nsc, answers, 'data', 'max data (-1 unlimited)', limits.data);
  await askNumber(nsc, answers, 'exports', 'max exports (-1 unlimited)', limits.exports);
  await askNumber(nsc, answers, 'imports', 'max imports (-1 unlimited)', limits.imports);
  await askNumber(nsc, answers, 'payload', 'max payload (-1 unlimited)', limits.payload);
  await askNumber(nsc, answers, 'subscriptions', 'max subscriptions (-1 unlimited)', limits.subs);
  await askJetStream(nsc, answers, account);
  await askClaims(nsc, answers, account);
  const description = await askText(nsc, 'Account Description', nats.description, '--description');
  if (description !== nats.description) answers.give('description', description);
  const url = await askText(nsc, 'Info url', nats.info_url, '--info-url');
  if (url !== nats.info_url) answers.give('info-url', url);
  if (await askYes(nsc, 'Enable context tracing?', false, '--trace-context-subject')) {
    const held = nats.trace?.dest ?? 'trace.messages';
    answers.give(
      'trace-context-subject',
      await askText(nsc, 'Trace context subject?', held, '--trace-context-subject'),
    );
    const sampling = nats.trace?.sampling ?? 0;
    await askNumber(nsc, answers, 'trace-context-sampling', 'Trace context sampling rate [1-100]', sampling);
  }
  return answers;
}

async function askJetStream(nsc: Nsc, answers: Answers, { nats: { limits } }: AccountClaims): Promise<void> {
  if (!(await askYes(nsc, 'set JetStream limits', false, '--js-mem-storage'))) return;
  const tier = await askNumber(nsc, answers, 'js-tier', 'edit tier (0 matches all tiers)', 0);
  if (answers.set.has('js-tier')) answers.give('js-tier', Number(tier));
  const held = tier === 0 ? limits : limits.tiered_limits.get(`R${tier}`);
  const ask = (flag: string, message: string, value: number | bigint) => askNumber(nsc, answers, flag, message, value);
  const memory = await ask('js-mem-storage', 'max mem storage (-1 unlimited / 0 disabled)', held?.mem_storage ?? 0);
  const disk = await ask('js-disk-storage', 'max disk storage (-1 unlimited / 0 disabled)', held?.disk_storage ?? 0);
  if (memory === 0 && disk === 0) return;
  await ask('js-streams', 'max streams (-1 unlimited)', held?.streams ?? -1);
  await ask('js-consumer', 'max consumer (-1 unlimited)', held?.consumer ?? -1);
  await ask('js-max-mem-stream', 'max size for a memory stream (-1 unlimited)', held?.mem_max_stream_bytes ?? -1);
  await ask('js-max-disk-stream', 'max size for a disk stream (-1 unlimited)', held?.disk_max_stream_bytes ?? -1);
  await ask('js-max-ack-pending', 'max number of pending acks for a consumer', held?.max_ack_pending ?? -1);
  const required = await askYes(
    nsc,
    'require max bytes when creating a stream',
    held?.max_bytes_required ?? false,
    '--js-max-bytes-required',
  );
  if (required !== (held?.max_bytes_required ?? false)) answers.give('js-max-bytes-required', required);
}
