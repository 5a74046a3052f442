/** All addresses of a host name, IPv4 and IPv6; none when it has none. */
export async function addressesOf(host: string): Promise<string[]> {
  const { lookup } = (await import('node:dns')).promises;
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map((entry) => entry.address);
}
