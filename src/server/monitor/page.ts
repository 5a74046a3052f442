/** The page a browser gets at the monitoring port's root. */

const LINKS: readonly (readonly [string, string])[] = [
  ['General', '/varz'],
  ['JetStream', '/jsz'],
  ['Connections', '/connz'],
  ['Accounts', '/accountz'],
  ['Account Stats', '/accstatz'],
  ['Subscriptions', '/subsz'],
  ['Routes', '/routez'],
  ['LeafNodes', '/leafz'],
  ['Gateways', '/gatewayz'],
  ['Raft Groups', '/raftz'],
  ['Health Probe', '/healthz'],
  ['Expvar', '/debug/vars'],
];

/** `base` is the path prefix, '' or one that starts with a slash; `name` and `version` are the server's. */
export function indexPage(base: string, name: string, version: string): string {
  const safe = (s: string): string =>
    s.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
  const items = LINKS.map(
    ([label, path]) => `<li><a href=".${base}${path}">${label}</a> <code>${base}${path}</code></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${safe(name)}</title>
<style>
body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem }
code { color: #888; font-size: 12px }
li { list-style: none }
</style>
</head>
<body>
<h1>${safe(name)}</h1>
<p>natsbox server, speaking as nats-server ${safe(version)}</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
}
