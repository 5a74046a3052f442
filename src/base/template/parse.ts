import { type Part, split, type Token, templateFault, tokenize } from './lex.ts';

/** A template taken apart (Go's text/template without define, template and block). */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | BlockNode
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' };

/** `body` runs when the pipe's value is true (or for each of its items), `other` when it is not (or has none). */
export interface BlockNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly other: readonly Node[];
}

/** `$a, $b := command | command`. */
export interface Pipe {
  readonly line: number;
  readonly variables: readonly string[];
  /** `=` instead of `:=`. */
  readonly assign: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

/** One word of a command; `fields` are the names in `.a.b` that follow it. */
export interface Operand {
  readonly kind: 'constant' | 'dot' | 'variable' | 'function' | 'pipe';
  readonly value?: unknown;
  readonly name?: string;
  readonly pipe?: Pipe;
  readonly fields: readonly string[];
}

/** Parses a template. `isFunction` tells which names can be called. Throws a usage BoxError that names the line. */
export function parseTemplate(source: string, isFunction: (name: string) => boolean): Node[] {
  const parts = split(source);
  let at = 0;
  const scopes: Set<string>[] = [new Set(['$'])];

  function list(ends: readonly string[], loop: boolean): { body: Node[]; end: string; rest: Token[]; line: number } {
    const body: Node[] = [];
    while (at < parts.length) {
      const part = parts[at++] as Part;
      if (!part.action) {
        body.push({ kind: 'text', text: part.text });
        continue;
      }
      const tokens = tokenize(part);
      const word = firstWord(tokens);
      if (word === 'end' || word === 'else') {
        if (!ends.includes(word)) throw templateFault(part.line, `unexpected {{${word}}}`);
        return { body, end: word, rest: after(tokens), line: part.line };
      }
      body.push(statement(word, tokens, part.line, loop));
    }
    if (ends.length > 0) throw templateFault(parts.at(-1)?.line ?? 1, 'an {{end}} is missing');
    return { body, end: '', rest: [], line: 0 };
  }

  function statement(word: string, tokens: Token[], line: number, loop: boolean): Node {
    if (word === 'if' || word === 'with' || word === 'range') return block(word, after(tokens), line, loop);
    if (word === 'break' || word === 'continue') {
      if (!loop) throw templateFault(line, `{{${word}}} outside of {{range}}`);
      return { kind: word };
    }
    if (word === 'define' || word === 'template' || word === 'block')
      throw templateFault(line, `{{${word}}} is not supported`);
    return { kind: 'action', pipe: pipeline(tokens, line, isFunction, scopes) };
  }

  function block(kind: 'if' | 'with' | 'range', tokens: Token[], line: number, loop: boolean): Node {
    scopes.push(new Set());
    const pipe = pipeline(tokens, line, isFunction, scopes, kind === 'range');
    const inLoop = loop || kind === 'range';
    const first = list(['end', 'else'], inLoop);
    let other: Node[] = [];
    if (first.end === 'else') {
      const word = firstWord(first.rest);
      if (word === 'if' || word === 'with') {
        if (word !== kind) throw templateFault(first.line, `{{else ${word}}} does not belong to {{${kind}}}`);
        other = [block(word, after(first.rest), first.line, loop)];
      } else {
        if (first.rest.some((t) => t.kind !== 'space')) throw templateFault(first.line, 'unexpected text after else');
        other = list(['end'], loop).body;
      }
    }
    scopes.pop();
    return { kind, pipe, body: first.body, other };
  }

  return list([], false).body;
}

function firstWord(tokens: readonly Token[]): string {
  const first = tokens.find((t) => t.kind !== 'space');
  return first?.kind === 'word' ? first.text : '';
}

function after(tokens: readonly Token[]): Token[] {
  return tokens.slice(tokens.findIndex((t) => t.kind !== 'space') + 1);
}

function pipeline(
  tokens: readonly Token[],
  line: number,
  isFunction: (name: string) => boolean,
  scopes: readonly Set<string>[],
  range = false,
): Pipe {
  let at = 0;
  const skip = () => {
    while (tokens[at]?.kind === 'space') at += 1;
  };
  const isChar = (text: string) => tokens[at]?.kind === 'char' && tokens[at]?.text === text;

  function declaration(): { variables: string[]; assign: boolean } {
    const start = at;
    const variables: string[] = [];
    for (skip(); tokens[at]?.kind === 'variable'; skip()) {
      variables.push(tokens[at++]?.text ?? '');
      skip();
      if (isChar(':=') || isChar('=')) {
        const assign = tokens[at++]?.text === '=';
        if (variables.length > (range ? 2 : 1)) throw templateFault(line, 'too many variables before :=');
        if (!assign) for (const name of variables) scopes.at(-1)?.add(name);
        else for (const name of variables) known(name);
        return { variables, assign };
      }
      if (!range || !isChar(',')) break;
      at += 1;
    }
    at = start;
    return { variables: [], assign: false };
  }

  function known(name: string): void {
    if (!scopes.some((scope) => scope.has(name))) throw templateFault(line, `variable ${name} not defined`);
  }

  function commands(closing: boolean): Pipe {
    const decl = declaration();
    const list: Operand[][] = [];
    for (;;) {
      const command = words();
      if (command.length === 0)
        throw templateFault(line, list.length > 0 ? 'a command is missing after |' : 'a value is missing');
      if (list.length > 0 && command[0]?.kind === 'constant')
        throw templateFault(line, 'a constant cannot take a piped value');
      list.push(command);
      if (!isChar('|')) break;
      at += 1;
    }
    if (closing ? !isChar(')') : at < tokens.length) {
      throw templateFault(
        line,
        at < tokens.length ? `unexpected ${JSON.stringify(tokens[at]?.text)}` : 'a ) is missing',
      );
    }
    if (closing) at += 1;
    return { line, ...decl, commands: list };
  }

  function words(): Operand[] {
    const list: Operand[] = [];
    for (skip(); at < tokens.length && !isChar('|') && !isChar(')'); skip()) {
      list.push(operand());
      if (at < tokens.length && tokens[at]?.kind !== 'space' && !isChar('|') && !isChar(')')) {
        throw templateFault(line, `unexpected ${JSON.stringify(tokens[at]?.text)}`);
      }
    }
    return list;
  }

  function operand(): Operand {
    const t = tokens[at++] as Token;
    const fields = (): string[] => {
      const names: string[] = [];
      while (tokens[at]?.kind === 'field') names.push(tokens[at++]?.text ?? '');
      return names;
    };
    switch (t.kind) {
      case 'field':
        return { kind: 'dot', fields: [t.text, ...fields()] };
      case 'dot':
        return { kind: 'dot', fields: [] };
      case 'variable':
        known(t.text);
        return { kind: 'variable', name: t.text, fields: fields() };
      case 'constant':
        return { kind: 'constant', value: t.value, fields: [] };
      case 'word':
        if (t.text === 'nil') return { kind: 'constant', value: null, fields: [] };
        if (!isFunction(t.text)) throw templateFault(line, `function ${JSON.stringify(t.text)} not defined`);
        return { kind: 'function', name: t.text, fields: fields() };
      default:
        if (t.text !== '(') throw templateFault(line, `unexpected ${JSON.stringify(t.text)}`);
        return { kind: 'pipe', pipe: commands(true), fields: fields() };
    }
  }

  return commands(false);
}
