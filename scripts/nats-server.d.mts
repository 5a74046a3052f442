/** Path of a nats-server of at least 2.15; throws with the reason when there is none to be had. */
export function natsServer(): string;
