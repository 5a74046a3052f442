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

/** Podman over a store in a folder of the test. */
export interface Podman {
  (...args: string[]): Said;
  /** Environment that points other programs (podman-compose) at the same store. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts `podman run ARGS` and collects what it says until it ends. */
  start(...args: string[]): { readonly done: Promise<Said>; said(text: string): Promise<void> };
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
  const store = `[storage]\ndriver="overlay"\ngraphroot="${dir}/store"\nrunroot="${dir}/run"\n`;
  writeFileSync(join(dir, 'storage.conf'), store);
  const env = {
    ...process.env,
    CONTAINERS_CONF: join(dir, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(dir, 'storage.conf'),
  };
  const run = (args: string[]): Said => {
    const r = spawnSync('podman', args, { env, encoding: 'utf8', timeout: 180_000 });
    return { status: r.status, out: r.stdout ?? '', err: `${r.stderr ?? ''}${r.error ? r.error.message : ''}` };
  };
  const must = (...args: string[]): string => {
    const r = run(args);
    if (r.status !== 0) throw new Error(`podman ${args.join(' ')}: ${r.err}`);
    return r.out.trim();
  };
  const info = run(['info']);
  if (info.status !== 0) return `podman does not work here: ${info.err.trim().split('\n').at(-1)}`;
  return Object.assign((...args: string[]) => run(args), {
    env,
    start: (...args: string[]) => follow(['run', ...args], env),
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
      must('build', '-q', '--isolation', 'chroot', '-t', 'localhost/nats', context);
    },
    close: () => {
      run(['rm', '-f', '-a', '-t', '0']);
      run(['network', 'prune', '-f']);
      run(['rmi', '-a', '-f']);
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

function follow(args: string[], env: NodeJS.ProcessEnv) {
  const child = spawn('podman', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
  const said = async (text: string) => {
    while (!`${out}${err}`.includes(text)) {
      if (ended) throw new Error(`"${text}" was never said: ${out}${err}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { done, said };
}
