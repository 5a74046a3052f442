import { defineGroup } from '#runtime/command.ts';

export const group = defineGroup({
  name: 'bench',
  help: 'Measure what a server can do\n\nMessages, requests, streams and buckets under load: rates, latencies, spread over clients and threads. --as json keeps the figures together with the facts of the machine, "nats bench compare" tells two of them apart.',
});
