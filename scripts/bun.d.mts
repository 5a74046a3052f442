/** Path of the pinned Bun executable that npm installed for this platform; throws when there is none. */
export function bunPath(): string;
