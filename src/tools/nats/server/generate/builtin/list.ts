import type { Bundle } from '../bundle.ts';

/** The bundles that come with the tool: their label, their address, and how they are loaded. */
export const builtIn: readonly (readonly [label: string, source: string, load: () => Promise<Bundle>])[] = [
  [
    "'nats auth' managed NATS Cluster in Kubernetes",
    'fs:///operatork8s',
    async () => (await import('./operator-k8s.ts')).bundle,
  ],
  [
    "'nats auth' managed NATS Server configuration",
    'fs:///operator',
    async () => (await import('./operator.ts')).bundle,
  ],
  [
    'Development Super Cluster using Docker Compose',
    'fs:///natsbuilder',
    async () => (await import('./compose.ts')).bundle,
  ],
  [
    'Synadia Cloud Leafnode Configuration',
    'fs:///ngsleafnodeconfig',
    async () => (await import('./leafnode.ts')).bundle,
  ],
];
