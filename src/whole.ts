// What every command line goes through that no short lane of main.ts takes: loaded as one.
export { reportFailure, runTool } from '#runtime/run.ts';
export { systemHost } from '#runtime/system.ts';
export { tools } from './tools.ts';
