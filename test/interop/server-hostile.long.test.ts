/** The long form of server-hostile.test.ts. */
import { test } from 'node:test';
import { tryMutations } from './server-streams.ts';

test('100,000 mutated streams', { timeout: 300_000 }, () => tryMutations(100_000));
