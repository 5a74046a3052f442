import type { FlagSpecs } from '#cli/spec.ts';

/** The options of nk, one line each, in the manner of Go's flag package: one dash. */
export function usage(own: FlagSpecs, contract: FlagSpecs): string {
  const label = (name: string, value: string | undefined) => `-${name}${value ? ` <${value}>` : ''}`;
  const line = ([name, spec]: [string, FlagSpecs[string]]) => {
    const value = spec.type === 'bool' ? undefined : (spec.placeholder ?? name).toLowerCase();
    const choices = spec.type === 'enum' ? ` (${spec.enum?.join(', ')})` : '';
    return `    ${label(name, value).padEnd(21)} ${spec.help}${choices}`;
  };
  const lines = (flags: FlagSpecs) => Object.entries(flags).map(line).join('\n');
  return `Usage: nk [options]\n${lines(own)}\n\nEvery tool of the box also takes:\n${lines(contract)}\n`;
}
