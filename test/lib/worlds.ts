// The same stories against the embedded server and the real one.
import { after, before, test } from 'node:test';
import { connect } from '#client/index.ts';
import type { Connection, Msg } from '#client/types.ts';
import { createServer } from '#server/index.ts';
import { natsServerPath, startNatsServer } from './nats-server.ts';
import { createUser, type User } from './program.ts';

interface World {
  readonly url: string;
  /** Address of the monitoring endpoint. */
  readonly monitor: string;
  stop(): Promise<void>;
}

const worlds: Readonly<Record<string, (() => Promise<World>) | undefined>> = {
  embedded: async () => {
    const server = await createServer({ host: '127.0.0.1', port: 0, monitor: { host: '127.0.0.1', port: -1 } });
    const [monitor = ''] = (await server.ports())['monitoring'] ?? [];
    return { url: server.url, monitor, stop: () => server.close() };
  },
  'nats-server': (await natsServerPath())
    ? async () => {
        const server = await startNatsServer();
        const monitor = `http://127.0.0.1:${server.monitorPort}`;
        return { url: server.url, monitor, stop: () => server.stop() };
      }
    : undefined,
};

/** What a story has: a user whose NATS_URL is the server, a connection of our own, and subjects nobody else uses. */
export interface Stage {
  readonly user: User;
  readonly nc: Connection;
  readonly url: string;
  fresh(): string;
  /** Subscribes, and gives the function that waits for the next messages. */
  watch(subject: string): Promise<(count: number) => Promise<Msg[]>>;
  /** Waits until the server knows of so many subscriptions to the subject. */
  subscribed(subject: string, count?: number): Promise<void>;
}

type Story = (name: string, body: (stage: Stage) => Promise<void>) => void;

/** Calls `tell` once for each kind of server there is on this machine, with the function that adds a story. */
export function onEveryServer(tell: (story: Story) => void): void {
  for (const [kind, make] of Object.entries(worlds)) {
    if (make) tell(storiesOn(kind, make));
    else test(`stories on ${kind}`, { skip: 'no nats-server on this machine' }, () => undefined);
  }
}

function storiesOn(kind: string, make: () => Promise<World>): Story {
  let world: World | undefined;
  let stage: Stage | undefined;
  before(async () => {
    world = await make();
    stage = await createStage(world);
  });
  after(async () => {
    await stage?.nc.close();
    stage?.user.remove();
    await world?.stop();
  });
  return (name, body) => {
    test(`${kind}: ${name}`, () => body(stage as Stage));
  };
}

async function createStage(world: World): Promise<Stage> {
  const nc = await connect({ servers: world.url });
  let subjects = 0;
  return {
    user: createUser({ NATS_URL: world.url }),
    nc,
    url: world.url,
    fresh: () => `s${++subjects}`,
    watch: async (subject) => {
      const subscription = nc.subscribe(subject);
      await nc.flush();
      return async (count) => {
        const list: Msg[] = [];
        for await (const msg of subscription) if (list.push(msg) >= count) break;
        return list;
      };
    },
    subscribed: async (subject, count = 1) => {
      while ((await subscriptionsTo(world, subject)) < count) await new Promise((resolve) => setTimeout(resolve, 10));
    },
  };
}

interface Subscriptions {
  subscriptions_list?: { subject: string }[];
}

async function subscriptionsTo(world: World, subject: string): Promise<number> {
  const answer = await fetch(`${world.monitor}/subsz?subs=1`);
  const { subscriptions_list: list = [] } = (await answer.json()) as Subscriptions;
  return list.filter((entry) => entry.subject === subject).length;
}
