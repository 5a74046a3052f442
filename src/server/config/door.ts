/** The public way to read a configuration: by text or by path, with the outside world replaceable. */

import { type LoadedConfig, loadConfig as load } from './load.ts';
import type { ConfigWorld } from './token.ts';

export interface ConfigSource {
  /** Configuration text; read from `path` when absent. */
  readonly text?: string;
  /** File the text is from: names it in errors, and includes are relative to it. */
  readonly path?: string;
}

/** Reads a configuration. Files and environment are the process's own unless `world` is given. */
export async function loadConfig(source: ConfigSource, world?: Partial<ConfigWorld>): Promise<LoadedConfig> {
  const { processWorld } = await import('../net/host.ts');
  const full: ConfigWorld = { ...(await processWorld()), ...world };
  const path = source.path ?? '';
  let text = source.text;
  if (text === undefined) {
    try {
      text = full.readFile(path);
    } catch (error) {
      const missing = (error as { code?: string }).code === 'ENOENT';
      const message = missing
        ? `open ${path}: no such file or directory`
        : `error opening config file: ${error instanceof Error ? error.message : error}`;
      return { options: {}, errors: [{ file: '', line: 0, column: 0, message }], warnings: [] };
    }
  }
  return load(text, path, full);
}
