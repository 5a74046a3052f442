/** Handlers by event name. A handler that throws does not keep the others from being called. */
export interface Emitter<Events> {
  on<K extends keyof Events>(type: K, handler: (event: Events[K]) => void): () => void;
  emit<K extends keyof Events>(type: K, event: Events[K]): void;
  has(type: keyof Events): boolean;
}

export function createEmitter<Events>(): Emitter<Events> {
  const handlers = new Map<keyof Events, Set<(event: never) => void>>();
  return {
    on: (type, handler) => {
      let set = handlers.get(type);
      if (!set) {
        set = new Set();
        handlers.set(type, set);
      }
      set.add(handler as (event: never) => void);
      return () => {
        set.delete(handler as (event: never) => void);
      };
    },
    has: (type) => (handlers.get(type)?.size ?? 0) > 0,
    emit: (type, event) => {
      for (const handler of handlers.get(type) ?? []) {
        try {
          (handler as (e: typeof event) => void)(event);
        } catch (error) {
          // The stream must not stop for a broken listener; the runtime reports it as uncaught.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
