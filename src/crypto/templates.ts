import { fail } from '#base/errors.ts';
import { once } from '#base/once.ts';
import { quote } from '#base/quote.ts';
import { isValidSubject } from '#base/subject.ts';
import { addTo } from './lists.ts';
import type { UserPermissionLimits } from './permissions.ts';

/** What the templates in a scoped signing key's subjects stand for. */
export interface TemplateFacts {
  /** {{name()}} and {{subject()}}: of the user. */
  readonly name: string;
  readonly subject: string;
  /** {{account-name()}} and {{account-subject()}}. */
  readonly accountName: string;
  readonly accountSubject: string;
  /** {{tag(x)}}: the values v of all tags `x:v` of the user; a subject for each. {{account-tag(x)}} likewise. */
  readonly tags: readonly string[];
  readonly accountTags: readonly string[];
}

/** The server's bound on subjects one list may grow to. */
const MAX_SUBJECTS = 4096;

const mustache = once(() => /\{\{([^}]+)\}\}/g);

/** Values of `name:value` tags; none when no tag has the name. */
function tagValues(tags: readonly string[], name: string): string[] {
  const prefix = `${name.toLowerCase()}:`;
  return tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
}

interface Slot {
  readonly source: string;
  readonly values: readonly string[];
}

function slotOf(source: string, subject: string, facts: TemplateFacts, strict: boolean): Slot {
  const operation = source.slice(2, -2).trim();
  const single: Readonly<Record<string, string>> = {
    'name()': facts.name,
    'subject()': facts.subject,
    'account-name()': facts.accountName,
    'account-subject()': facts.accountSubject,
  };
  const lower = operation.toLowerCase();
  if (Object.hasOwn(single, lower)) return { source, values: [single[lower]!] };
  const tag = /^(tag|account-tag)\((.*)\)$/is.exec(operation);
  if (!tag) throw fail('denied', `template operation in ${quote(subject)}: ${quote(operation)} is not defined`);
  const values = tagValues(tag[1]!.toLowerCase() === 'tag' ? facts.tags : facts.accountTags, tag[2]!);
  if (values.length > 0) return { source, values };
  if (strict) throw fail('denied', `generated invalid subject ${quote(subject)}: ${quote(tag[2]!)} is not defined`);
  // A blank makes the subject invalid, so that it drops out of the list.
  return { source, values: [' '] };
}

function expandSubject(subject: string, facts: TemplateFacts, strict: boolean, room: number): string[] {
  const slots = [...subject.matchAll(mustache())].map((match) => slotOf(match[0], subject, facts, strict));
  const count = slots.reduce((product, slot) => product * slot.values.length, 1);
  if (count > room) throw fail('denied', `template expansion exceeds limit: ${MAX_SUBJECTS}`);
  let made = [subject];
  for (const { source, values } of slots) {
    made = made.flatMap((one) => values.map((value) => one.split(source).join(value)));
  }
  const valid = made.filter(isValidSubject);
  if (strict && valid.length < made.length) throw fail('denied', 'generated invalid subject');
  return valid;
}

function expandList(list: readonly string[], facts: TemplateFacts, strict: boolean): string[] {
  if (!list.some((subject) => /\{\{[^}]+\}\}/.test(subject))) return [...list];
  const out: string[] = [];
  for (const subject of list) out.push(...expandSubject(subject, facts, strict, MAX_SUBJECTS - out.length));
  return out;
}

/**
 * A scoped signing key's template for one user, as the server applies it: an allowed subject that expands to nothing
 * drops out, a denied one is an error (`denied`), and a list of allowed subjects that becomes empty denies everything.
 */
export function expandTemplate(template: UserPermissionLimits, facts: TemplateFacts): UserPermissionLimits {
  const side = (from: UserPermissionLimits['pub']) => {
    const permission = {
      ...from,
      allow: expandList(from.allow, facts, false),
      deny: expandList(from.deny, facts, true),
    };
    if (from.allow.length > 0 && permission.allow.length === 0) addTo(permission.deny, '>');
    return permission;
  };
  return { ...template, sub: side(template.sub), pub: side(template.pub) };
}
