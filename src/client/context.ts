// Contexts: named sets of connection settings, in the files the Go tools keep below $XDG_CONFIG_HOME/nats.
import { fail, messageOf } from '#base/errors.ts';

/** Settings of one context, with the keys of the file. Empty text means not set. */
export interface ContextConfig {
  description: string;
  url: string;
  socks_proxy: string;
  token: string;
  user: string;
  password: string;
  creds: string;
  nkey: string;
  cert: string;
  key: string;
  ca: string;
  /** Old form of an `nsc://` location in `creds`; moved there when the context is saved. */
  nsc: string;
  jetstream_domain: string;
  jetstream_api_prefix: string;
  jetstream_event_prefix: string;
  inbox_prefix: string;
  user_jwt: string;
  user_seed: string;
  color_scheme: string;
  tls_first: boolean;
  windows_cert_store: string;
  windows_cert_match_by: string;
  windows_cert_match: string;
  windows_ca_certs_match: readonly string[] | null;
}

/** A context as it was read: what we know, and what we do not know but keep. */
export interface ContextFile {
  readonly config: ContextConfig;
  readonly unknown: Readonly<Record<string, unknown>>;
}

/** The part of a file system that contexts need. */
export interface ContextFiles {
  readText(path: string): Promise<string>;
  write(path: string, data: string, mode?: number): Promise<void>;
  stat(path: string): Promise<{ readonly kind: string; readonly size: number } | undefined>;
  list(path: string): Promise<string[]>;
  mkdir(path: string, mode?: number): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Contexts in a folder, and which of them is selected. */
export interface ContextStore {
  /** Where a context of this name is, or would be. */
  path(name: string): string;
  /** Names in order; files that are empty or not named `NAME.json` do not count. */
  names(): Promise<string[]>;
  /** Whether the context exists and can be read. */
  known(name: string): Promise<boolean>;
  /** Throws `not-found`, or `error` when the file is no context. Also takes the path of a `.json` file. */
  load(name: string): Promise<ContextFile>;
  save(name: string, file: ContextFile): Promise<void>;
  /** A context that does not exist is no error. */
  remove(name: string): Promise<void>;
  selected(): Promise<string | undefined>;
  previous(): Promise<string | undefined>;
  /** Selects, or with undefined unselects; what was selected becomes the previous one. */
  select(name: string | undefined): Promise<void>;
}

/** Settings of a new context, in the order in which the Go tools write them. */
export function emptyContext(): ContextConfig {
  return {
    description: '',
    url: '',
    socks_proxy: '',
    token: '',
    user: '',
    password: '',
    creds: '',
    nkey: '',
    cert: '',
    key: '',
    ca: '',
    nsc: '',
    jetstream_domain: '',
    jetstream_api_prefix: '',
    jetstream_event_prefix: '',
    inbox_prefix: '',
    user_jwt: '',
    user_seed: '',
    color_scheme: '',
    tls_first: false,
    windows_cert_store: '',
    windows_cert_match_by: '',
    windows_cert_match: '',
    windows_ca_certs_match: null,
  };
}

/** Throws `usage` for a name that cannot be a file name of its own: empty, with a path separator, or with `..`. */
export function checkContextName(name: string): void {
  const shown = JSON.stringify(name);
  if (name === '') throw fail('usage', 'invalid context name: name is empty');
  if (name.includes('..')) throw fail('usage', `invalid context name: ${shown} must not contain ".."`);
  if (/[/\\]/.test(name)) throw fail('usage', `invalid context name: ${shown} must not contain "/" or "\\"`);
}

function takes(key: keyof ContextConfig, value: unknown): boolean {
  if (key === 'tls_first') return typeof value === 'boolean';
  if (key === 'windows_ca_certs_match') return Array.isArray(value) && value.every((v) => typeof v === 'string');
  return typeof value === 'string';
}

/** Reads a context file. As in Go, keys match in any case and null is the same as not given. Throws `error`. */
export function parseContext(text: string): ContextFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw fail('error', 'not valid JSON');
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw fail('error', 'not a JSON object');
  const config = emptyContext();
  const unknown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    const key = (name in config ? name : name.toLowerCase()) as keyof ContextConfig;
    if (!(key in config)) {
      // The name is that of the file.
      if (key !== ('name' as string)) unknown[name] = value;
    } else if (value !== null) {
      if (!takes(key, value)) throw fail('error', `${key} has a value of the wrong type`);
      Object.assign(config, { [key]: value });
    }
  }
  return { config, unknown };
}

/** Contexts below `root`, which is $XDG_CONFIG_HOME or ~/.config. */
export function openContexts(root: string, files: ContextFiles): ContextStore {
  const base = `${root}/nats`;
  const folder = `${base}/context`;
  const chosen = `${base}/context.txt`;
  const before = `${base}/previous-context.txt`;
  const path = (name: string): string => `${folder}/${name}.json`;

  async function firstWord(file: string): Promise<string | undefined> {
    const text = await files.readText(file).catch(() => '');
    return text.trim() || undefined;
  }

  async function put(file: string, text: string): Promise<void> {
    await files.mkdir(base, 0o700);
    await files.write(file, text, 0o600);
  }

  async function read(name: string): Promise<string> {
    const asPath = name.endsWith('.json') && (await files.stat(name))?.kind === 'file';
    if (!asPath) checkContextName(name);
    try {
      return await files.readText(asPath ? name : path(name));
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
      throw fail('not-found', `context not found: ${JSON.stringify(name)}`, {
        hint: '"nats context ls" shows the contexts there are',
      });
    }
  }

  const store: ContextStore = {
    path,
    names: async () => {
      const found: string[] = [];
      const entries = await files.list(folder).catch((error: { readonly code?: string }) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      for (const entry of entries) {
        const name = entry.slice(0, -5);
        if (!entry.endsWith('.json') || name === '' || name.includes('..')) continue;
        const stat = await files.stat(`${folder}/${entry}`);
        if (stat && stat.kind !== 'dir' && stat.size > 0) found.push(name);
      }
      return found.sort();
    },
    known: (name) =>
      read(name).then(
        () => true,
        () => false,
      ),
    load: async (name) => {
      const text = await read(name);
      try {
        return parseContext(text);
      } catch (error) {
        throw fail('error', `context ${JSON.stringify(name)}: ${messageOf(error)}`, {
          hint: `repair or remove ${path(name)}`,
        });
      }
    },
    save: async (name, file) => {
      checkContextName(name);
      const { stringifyJson } = await import('#base/json64.ts');
      await files.mkdir(folder, 0o700);
      await files.write(path(name), stringifyJson({ ...file.config, ...file.unknown }, { indent: 2 }), 0o600);
    },
    remove: async (name) => {
      checkContextName(name);
      if (await files.stat(path(name))) await files.remove(path(name));
    },
    selected: () => firstWord(chosen),
    previous: () => firstWord(before),
    select: async (name) => {
      const last = await firstWord(chosen);
      if (last !== undefined) await put(before, last);
      if (name !== undefined) await put(chosen, name);
      else if (await files.stat(chosen)) await files.remove(chosen);
    },
  };
  return store;
}
