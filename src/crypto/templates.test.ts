import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unlimitedUserPermissions } from './permissions.ts';
import { expandTemplate } from './templates.ts';

const facts = {
  name: 'ann',
  subject: 'UABC',
  accountName: 'ACC',
  accountSubject: 'AABC',
  tags: ['dept:hr', 'dept:it', 'loc:x', 'odd:a b'],
  accountTags: ['env:prod'],
};

function expand(pub: { allow?: string[]; deny?: string[] }, given: Partial<typeof facts> = {}) {
  const template = { ...unlimitedUserPermissions(), pub: { allow: pub.allow ?? [], deny: pub.deny ?? [] } };
  return expandTemplate(template, { ...facts, ...given }).pub;
}

test('every operation, in any case and with blanks', () => {
  const allow = ['{{name()}}.{{ Subject() }}.{{account-name()}}.{{ACCOUNT-SUBJECT()}}.{{account-tag(env)}}', 'plain.>'];
  assert.deepEqual(expand({ allow }).allow, ['ann.UABC.ACC.AABC.prod', 'plain.>']);
});

test('tags with several values make a subject for each combination', () => {
  assert.deepEqual(expand({ allow: ['{{tag(DEPT)}}.{{tag(loc)}}.{{name()}}', '{{tag(dept)}}'] }).allow, [
    'hr.x.ann',
    'it.x.ann',
    'hr',
    'it',
  ]);
});

test('what cannot be allowed drops out; what cannot be denied is an error', () => {
  assert.deepEqual(expand({ allow: ['{{tag(none)}}.a', 'b', '{{tag(odd)}}'] }).allow, ['b']);
  assert.throws(() => expand({ deny: ['{{tag(none)}}.a'] }), /"none" is not defined/);
  assert.throws(() => expand({ deny: ['{{tag(odd)}}'] }), /invalid subject/);
  assert.throws(() => expand({ allow: ['{{other()}}'] }), /"other\(\)" is not defined/);
});

test('a list that becomes empty denies everything instead of allowing it', () => {
  assert.deepEqual(expand({ allow: ['{{tag(none)}}'] }), { allow: [], deny: ['>'] });
  assert.deepEqual(expand({ allow: [] }), { allow: [], deny: [] });
  assert.deepEqual(expand({ allow: ['{{name()}}'] }, { name: '' }), { allow: [], deny: ['>'] });
});

test('expansion is bounded', () => {
  const tags = Array.from({ length: 20 }, (_, i) => `k:${i}`);
  assert.equal(expand({ allow: ['{{tag(k)}}.{{tag( k)}}'.replace(' ', '')] }, { tags }).allow.length, 400);
  assert.throws(() => expand({ allow: ['{{tag(k)}}.{{tag(k)}}.{{tag(k)}}'] }, { tags }), /exceeds limit: 4096/);
});

test('the template itself is not changed', () => {
  const template = unlimitedUserPermissions();
  template.sub.allow.push('{{tag(none)}}');
  const made = expandTemplate(template, facts);
  assert.deepEqual(template.sub, { allow: ['{{tag(none)}}'], deny: [] });
  assert.deepEqual(made.sub, { allow: [], deny: ['>'] });
  assert.equal(made.subs, -1);
});
