// Running images of ours with podman, where that is possible: a store, a network and images of the test's own, all gone
// afterwards. What is missing on a machine is said in one sentence.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tagOf } from '../../image/facts.ts';
import { variant } from '../../image/variants.ts';

/** What a finished command said. */
export interface Said {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Following {
  readonly done: Promise<Said>;
  /** Resolves when the text, or what the expression means, was said on either stream; rejects when it ends before. */
  said(what: string | RegExp): Promise<void>;
}

/** A compose file at work. */
export interface Compose {
  (...args: string[]): Said;
  start(...args: string[]): Following;
}

/** Podman over a store in a folder of the test. */
export interface Podman {
  (...args: string[]): Said;
  /** Environment that points other programs (podman-compose) at the same store. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts `podman run ARGS` and collects what it says until it ends. */
  start(...args: string[]): Following;
  /** podman-compose on a file, over the same store; undefined where there is none. */
  compose(file: string): Compose | undefined;
  /** Takes a variant's image from a layout, under the name the examples use. */
  load(layout: string, name: string): void;
  /** Makes an image named `nats` that holds a nats-server, on top of the runtime image. */
  loadServer(server: string): void;
  close(): void;
}

/** The first file of that name on PATH. */
export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((d) => join(d, program)).find((f) => existsSync(f));
}

function missing(): string | undefined {
  if (process.platform !== 'linux') return 'containers run on Linux only';
  if (process.getuid?.() !== 0) return 'the container tests need root (bridges and mounts of their own)';
  for (const program of ['podman', 'runc']) if (!onPath(program)) return `needs ${program}`;
  for (const plugin of ['bridge', 'dnsname']) {
    if (!existsSync(`/usr/lib/cni/${plugin}`)) return `needs the CNI plugin ${plugin}`;
  }
  return undefined;
}

/** crun refuses hybrid control groups and podman's own limits are above what small machines allow; runc and these do. */
const CONTAINERS = (dir: string) => `[containers]
default_ulimits=["nofile=1024:1024","nproc=1024:1024"]
[network]
network_backend="cni"
cni_plugin_dirs=["/usr/lib/cni"]
network_config_dir="${dir}/networks"
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
`;

/** Podman in `dir`, or why this machine cannot run containers. */
export function openPodman(dir: string): Podman | string {
  const why = missing();
  if (why) return why;
  mkdirSync(join(dir, 'networks'), { recursive: true });
  writeFileSync(join(dir, 'containers.conf'), CONTAINERS(dir));
  const env = {
    ...process.env,
    CONTAINERS_CONF: join(dir, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(dir, 'storage.conf'),
  };
  const run = (args: string[]): Said => runProgram('podman', args, env);
  const must = (...args: string[]): string => {
    const r = run(args);
    if (r.status !== 0) throw new Error(`podman ${args.join(' ')}: ${r.err}`);
    return r.out.trim();
  };
  // Overlays share what layers have in common; where the kernel has none of them, copies do.
  let info: Said = { status: null, out: '', err: '' };
  for (const driver of ['overlay', 'vfs']) {
    const store = `[storage]\ndriver="${driver}"\ngraphroot="${dir}/${driver}"\nrunroot="${dir}/run-${driver}"\n`;
    writeFileSync(join(dir, 'storage.conf'), store);
    info = run(['info']);
    if (info.status === 0) break;
  }
  if (info.status !== 0) return `podman does not work here: ${info.err.trim().split('\n').at(-1)}`;
  return Object.assign((...args: string[]) => run(args), {
    env,
    start: (...args: string[]) => follow('podman', ['run', ...args], env),
    compose: (file: string): Compose | undefined => {
      const program = onPath('podman-compose');
      if (!program) return undefined;
      const words = (args: string[]) => ['-p', 'box', '-f', file, ...args];
      return Object.assign((...args: string[]) => runProgram(program, words(args), env), {
        start: (...args: string[]) => follow(program, words(args), env),
      });
    },
    load: (layout: string, name: string) => {
      const v = variant(name);
      must('tag', must('pull', '-q', `oci:${layout}:${tagOf(v)}`), `localhost/natsbox:${tagOf(v)}`);
      if (name === 'runtime') must('tag', `localhost/natsbox:${tagOf(v)}`, 'localhost/natsbox:latest');
    },
    loadServer: (server: string) => {
      const context = join(dir, 'server');
      mkdirSync(context, { recursive: true });
      copyFileSync(server, join(context, 'nats-server'));
      chmodSync(join(context, 'nats-server'), 0o755);
      const file = 'FROM localhost/natsbox\nCOPY nats-server /nats-server\nENTRYPOINT ["/nats-server"]\nCMD []\n';
      writeFileSync(join(context, 'Containerfile'), file);
      must('build', '-q', '--isolation', 'chroot', '--network', 'host', '-t', 'localhost/nats', context);
    },
    close: () => {
      run(['rm', '-f', '-a', '-t', '0']);
      run(['network', 'prune', '-f']);
      run(['rmi', '-a', '-f']);
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

function runProgram(program: string, args: string[], env: NodeJS.ProcessEnv): Said {
  const r = spawnSync(program, args, { env, encoding: 'utf8', timeout: 180_000 });
  return { status: r.status, out: r.stdout ?? '', err: `${r.stderr ?? ''}${r.error ? r.error.message : ''}` };
}

function follow(program: string, args: string[], env: NodeJS.ProcessEnv): Following {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  let wake = () => {};
  let ended = false;
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes;
    wake();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes;
    wake();
  });
  const done = new Promise<Said>((resolve) => {
    child.once('close', (status) => {
      ended = true;
      wake();
      resolve({ status, out, err });
    });
  });
  const said = async (what: string | RegExp) => {
    const fits = (text: string) => (typeof what === 'string' ? text.includes(what) : what.test(text));
    while (!fits(`${out}${err}`)) {
      if (ended) throw new Error(`"${what}" was never said: ${out}${err}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { done, said };
}
