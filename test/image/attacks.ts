// A hostile environment: a folder of files that a runtime would read by itself, and the variables that would make it run
// other code, write files or listen.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes `folder`; code in it writes `INJECTED` to stdout and makes the file `injected`. */
export function hostileFolder(folder: string, injected: string): void {
  const evil = `require('node:fs').writeFileSync(${JSON.stringify(injected)}, 'ran');console.log('INJECTED')\n`;
  mkdirSync(join(folder, 'node_modules/evil'), { recursive: true });
  mkdirSync(join(folder, 'path/evil'), { recursive: true });
  writeFileSync(join(folder, 'evil.cjs'), evil);
  writeFileSync(join(folder, 'path/evil/index.js'), evil);
  writeFileSync(join(folder, 'package.json'), '{"name":"x","imports":{"#evil":"./evil.cjs"}}');
  writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions":{"paths":{"evil":["./evil.cjs"]}}}');
  writeFileSync(join(folder, '.env'), `BUN_OPTIONS="--preload ${folder}/evil.cjs"\nFROM_DOTENV=yes\n`);
  for (const name of ['bunfig.toml', '.bunfig.toml']) {
    writeFileSync(join(folder, name), `preload = ["${folder}/evil.cjs"]\n[run]\npreload = ["${folder}/evil.cjs"]\n`);
  }
  writeFileSync(
    join(folder, 'overrides'),
    'override %%%{\n  return "own body";\n}%%%\nwith %%%{\n  return "OVERRIDDEN";\n}%%%\n',
  );
}

/** Variables through which an unhardened program was taken over, watched, weakened or made to write files. */
export function attacks(hostile: string): Record<string, string> {
  const evil = join(hostile, 'evil.cjs');
  return {
    BUN_BE_BUN: '1',
    BUN_OPTIONS: `--preload ${evil} --inspect=127.0.0.1:0 --cpu-prof`,
    BUN_INSPECT_PRELOAD: evil,
    BUN_PRELOAD: evil,
    BUN_CONFIG_PRELOAD: evil,
    BUN_CONFIG_VERBOSE_FETCH: 'curl',
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: join(hostile, 'written-cache'),
    BUN_BYTECODE_ORDER_OUT: join(hostile, 'written-order'),
    BUN_BYTECODE_DIGEST_OUT: join(hostile, 'written-digest'),
    BUN_WATCHER_TRACE: join(hostile, 'written-watcher'),
    BUN_TRACE: join(hostile, 'written-trace'),
    BUN_JSC_functionOverrides: join(hostile, 'overrides'),
    BUN_JSC_useDollarVM: '1',
    BUN_JSC_dumpOptions: '1',
    BUN_JSC_noSuchOption: '1',
    NODE_OPTIONS: `--require ${evil} --inspect=127.0.0.1:0`,
    NODE_PATH: join(hostile, 'path'),
    NODE_COMPILE_CACHE: join(hostile, 'written-compile-cache'),
    NODE_REDIRECT_WARNINGS: join(hostile, 'written-warnings'),
    NODE_V8_COVERAGE: join(hostile, 'written-coverage'),
    NODE_CHANNEL_FD: '1',
    NODE_UNIQUE_ID: '1',
    HOME: hostile,
    XDG_CONFIG_HOME: hostile,
  };
}
