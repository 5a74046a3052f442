import type { Runtime } from './runtime.ts';

/** The folder above `nats/`, where contexts are: $XDG_CONFIG_HOME or ~/.config. */
export function configRoot(runtime: Runtime): string {
  return runtime.env('XDG_CONFIG_HOME') || `${runtime.files.home}/.config`;
}

/** `$NAME` and `${NAME}` anywhere and `~` at the start, as the Go tools expand them in paths. */
export function expandPath(runtime: Runtime, path: string): string {
  if (!/[~$]/.test(path)) return path;
  const env = (_all: string, braced?: string, bare?: string) => runtime.env(braced ?? bare ?? '') ?? '';
  const expanded = path.replace(/\$(?:\{(\w+)\}|(\w+))/g, env);
  return expanded.startsWith('~') ? runtime.files.home + expanded.slice(1) : expanded;
}
