/** The pages, in the order of their numbers. */
export const pageIds = [
  'connections',
  'servers',
  'accounts',
  'streams',
  'consumers',
  'subscriptions',
  'links',
  'closed',
] as const;
export type PageId = (typeof pageIds)[number];
