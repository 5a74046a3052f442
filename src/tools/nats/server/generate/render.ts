// The files a bundle makes of answers.
import { fail } from '#base/errors.ts';
import { sprigFunctions } from '#base/template/sprig.ts';
import { compileTemplate, type TemplateFunction } from '#base/template/template.ts';
import type { Bundle } from './bundle.ts';
import { isLocalPath } from './fetch.ts';

/** Renders all templates; what comes out empty is left out. */
export function renderBundle(bundle: Bundle, data: unknown): Map<string, string> {
  const files = new Map<string, string>();
  const put = (path: string, text: string): void => {
    if (!isLocalPath(path))
      throw fail('error', `a template wants to write outside of the target: ${JSON.stringify(path)}`);
    files.set(path, text);
  };
  const functions: Record<string, TemplateFunction> = {
    ...sprigFunctions(),
    write: ((path: unknown, text: unknown) => {
      put(String(path), String(text));
      return '';
    }) as TemplateFunction,
    render: ((path: unknown, inner: unknown) => {
      const template = bundle.files.get(String(path));
      if (template === undefined) throw fail('error', `there is no template ${JSON.stringify(path)}`);
      return fill(bundle, template, inner, functions);
    }) as TemplateFunction,
  };
  for (const [path, template] of bundle.files) {
    if (path.startsWith('_partials/')) continue;
    const text = fill(bundle, template, data, functions);
    if (text.trim() !== '') put(path, text);
  }
  return files;
}

/** A text of the bundle with the answers in it. */
export function renderText(bundle: Bundle, text: string, data: unknown): string {
  return fill(bundle, text, data, sprigFunctions());
}

function fill(bundle: Bundle, text: string, data: unknown, functions: Record<string, TemplateFunction>): string {
  const { delimiters } = bundle;
  const source = delimiters ? withDelimiters(text, delimiters) : text;
  return compileTemplate(source, { functions, missing: 'empty' }).execute(data);
}

/** The usual delimiters in place of others; what looked like them before is text. */
function withDelimiters(text: string, [open, close]: readonly [string, string]): string {
  const parts = text.split(open);
  const plain = (part: string) => part.replaceAll('{{', '{{"{{"}}');
  return parts
    .map((part, i) => {
      if (i === 0) return plain(part);
      const at = part.indexOf(close);
      return at < 0 ? plain(open + part) : `{{${part.slice(0, at)}}}${plain(part.slice(at + close.length))}`;
    })
    .join('');
}
