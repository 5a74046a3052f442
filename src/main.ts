// The door: the name we were called by chooses the tool. The only file that ends the process.
import { runTool } from '#runtime/run.ts';
import { systemHost } from '#runtime/system.ts';
import { tools } from './tools.ts';

function toolName(called: string): string {
  const base = called.slice(Math.max(called.lastIndexOf('/'), called.lastIndexOf('\\')) + 1);
  return base.replace(/\.(exe|js|mjs|ts)$/i, '');
}

const compiled = process.argv[1]?.startsWith('/$bunfs/') || process.argv[1]?.includes('~BUN');
let name = toolName(compiled ? process.argv0 : (process.argv[1] ?? 'natsbox'));
let argv = process.argv.slice(2);
if (!(name in tools)) name = 'natsbox';
if (name === 'natsbox' && argv[0] !== undefined && argv[0] !== 'natsbox' && argv[0] in tools) {
  name = argv[0];
  argv = argv.slice(1);
}
const { tool } = await (tools[name] as (typeof tools)[string])();
const host = systemHost();
const status = await runTool(tool, argv, host);
await host.end();
process.exit(status);
