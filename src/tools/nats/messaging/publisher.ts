export async function publishAll(_i: unknown, _r: unknown, _h: unknown) {
  throw new Error('soon');
}
