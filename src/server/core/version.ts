/** nats-server release whose behaviour this server follows. */
export const VERSION = '2.15.1';
