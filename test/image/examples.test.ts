// The examples are data that can be read: they parse, and they use the images as the images are.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { containerfile } from '../../image/containerfile.ts';
import { boxVersion } from '../../image/facts.ts';
import { NONROOT, VARIANTS } from '../../image/variants.ts';

const image = fileURLToPath(new URL('../../image/', import.meta.url));
const text = (name: string) => readFileSync(join(image, 'examples', name), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: whatever YAML holds
function load(name: string): any {
  const [document, ...more] = parseAllDocuments(text(name));
  assert.deepEqual(document?.errors, []);
  assert.equal(more.length, 0);
  return document?.toJS();
}

test('every example parses and names images of this version', () => {
  for (const name of readdirSync(join(image, 'examples')).filter((f) => f.endsWith('.yaml'))) {
    load(name);
    for (const m of text(name).matchAll(/natsbox:([\d.]+)|tag: ([\d.]+)/g))
      assert.equal(m[1] ?? m[2], boxVersion(), name);
  }
});

test('the compose file has three servers on one network and a box without rights', () => {
  const { services, networks } = load('cluster.yaml');
  const servers = Object.keys(services).filter((s) => services[s].image === 'nats');
  assert.deepEqual(servers, ['nats', 'nats-1', 'nats-2']);
  for (const s of servers) assert.match(services[s].command, /--cluster nats:\/\/0\.0\.0\.0:6222/);
  assert.equal(networks.nats.name, 'nats');
  assert.deepEqual(services.box.cap_drop, ['ALL']);
  assert.equal(services.box.read_only, true);
});

test('the pod runs as the user of the image, with nothing it could misuse', () => {
  const pod = load('pod.yaml');
  assert.equal(pod.spec.securityContext.runAsUser, NONROOT);
  assert.equal(pod.spec.securityContext.runAsNonRoot, true);
  assert.equal(pod.spec.enableServiceLinks, false);
  const [box] = pod.spec.containers;
  assert.deepEqual(box.command, ['natsbox', 'hold']);
  assert.equal(box.securityContext.readOnlyRootFilesystem, true);
  assert.equal(box.securityContext.allowPrivilegeEscalation, false);
  assert.deepEqual(box.securityContext.capabilities.drop, ['ALL']);
  assert.deepEqual(box.readinessProbe.exec.command.slice(0, 3), ['nats', 'server', 'check']);
});

test('the chart values for the runtime image need no shell', () => {
  const { container } = load('helm-runtime.yaml').natsBox;
  const command = container.patch.find((p: { path: string }) => p.path === '/command');
  assert.deepEqual(command.value.slice(0, 2), ['natsbox', 'hold']);
  assert.ok(container.patch.some((p: { op: string; path: string }) => p.op === 'remove' && p.path === '/args'));
});

test('the Containerfiles are the ones the data gives', () => {
  for (const v of VARIANTS) {
    const file = readFileSync(join(image, `Containerfile.${v.name}`), 'utf8');
    assert.equal(file, containerfile(v), `run: node scripts/bun.mjs image/containerfile.ts (${v.name})`);
  }
});
