// The door: the name we were called by chooses the tool. The only file that ends the process.
import { isToolName, type ToolName } from './tool-names.ts';

// Without a regular expression: the first one that is used costs a thirtieth of a whole start.
function toolName(called: string): string {
  const base = called.slice(Math.max(called.lastIndexOf('/'), called.lastIndexOf('\\')) + 1);
  const dot = base.lastIndexOf('.');
  const ending = dot < 0 ? '' : base.slice(dot + 1).toLowerCase();
  return ending === 'exe' || ending === 'js' || ending === 'mjs' || ending === 'ts' ? base.slice(0, dot) : base;
}

const compiled = process.argv[1]?.startsWith('/$bunfs/') || process.argv[1]?.includes('~BUN');
const called = toolName(compiled ? process.argv0 : (process.argv[1] ?? 'natsbox'));
let name: ToolName = isToolName(called) ? called : 'natsbox';
// A link "nats-server", which nobody makes for you: the built-in server where a program starts one.
let argv = called === 'nats-server' ? ['server', ...process.argv.slice(2)] : process.argv.slice(2);
if (name === 'natsbox' && argv[0] !== 'natsbox' && isToolName(argv[0])) {
  name = argv[0];
  argv = argv.slice(1);
}

/** The way of every command line. With an error, that of the short lane is reported instead. */
async function runFull(failed?: { readonly error: unknown }): Promise<number> {
  const { reportFailure, runTool, systemHost, tools } = await import('./whole.ts');
  const { tool } = await tools[name]();
  const host = systemHost();
  const status = failed ? reportFailure(failed.error, tool, host) : await runTool(tool, argv, host);
  await host.end();
  return status;
}

/** Whether a short lane did it all (runtime/serve-short.ts, tools/nats/quick.ts), and how that ended. */
async function runShort(): Promise<number | undefined> {
  if (name === 'natsbox' && argv[0] === 'server' && typeof Bun !== 'undefined') {
    const { serveShort } = await import('#runtime/serve-short.ts');
    try {
      return await serveShort(argv.slice(1));
    } catch (error) {
      return runFull({ error });
    }
  }
  const fits = name === 'nats' && typeof Bun !== 'undefined' && (argv.includes('pub') || argv.includes('publish'));
  if (!fits) return undefined;
  const { quickPublish } = await import('#tools/nats/quick.ts');
  try {
    return (await quickPublish({ argv, env: process.env, colored: Bun.enableANSIColors })) ? 0 : undefined;
  } catch (error) {
    return runFull({ error });
  }
}

/** `nats --version`, which scripts ask to see whether the tool is there, needs nothing that is loaded for commands. */
async function runVersion(): Promise<number | undefined> {
  if (called === 'nats-server' && argv.length === 2 && /^(--?v|--?version|version)$/.test(argv[1]!)) {
    // Who asks wants to know which server's behaviour to expect.
    console.log(`nats-server: v${(await import('#server/core/version.ts')).VERSION}`);
    return 0;
  }
  if (name !== 'nats' || argv.length !== 1 || argv[0] !== '--version') return undefined;
  console.log((await import('#base/version.ts')).version);
  return 0;
}

if (process.pid === 1) (await import('#runtime/pid1.ts')).endOnSignals();
process.exit((await runVersion()) ?? (await runShort()) ?? (await runFull()));
