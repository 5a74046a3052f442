import { completionScript, type Shell } from '#cli/completion.ts';
import type { FlagSpecs } from '#cli/spec.ts';
import type { Runtime } from '#runtime/runtime.ts';

export const descriptionFlag = {
  'no-descriptions': { type: 'bool', help: 'Complete names without showing what they are' },
} as const satisfies FlagSpecs;

/** Writes the script of a shell. */
export async function writeScript(
  runtime: Runtime,
  shell: Shell,
  flags: { readonly 'no-descriptions': boolean },
): Promise<void> {
  runtime.out.write(completionScript('nsc', shell, !flags['no-descriptions']));
}
