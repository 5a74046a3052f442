/** Path of the pinned Bun executable; throws when npm did not install one for this platform. */
export function bunPath(): string;
