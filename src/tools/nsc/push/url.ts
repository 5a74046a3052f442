/** Whether a URL names an account server. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text.trim());
}

/** Whether a URL names a server with a NATS resolver. */
export function isResolverUrl(text: string): boolean {
  return /^(nats|tls|ws|wss):\/\//i.test(text.trim());
}
