// What the kernel leaves to the first process of a container.

/** Names and statuses of the signals that end a program unless it says otherwise: 128 and the number. */
const ENDS = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129, SIGQUIT: 131 } as const;

/**
 * Makes the signals that end a program end this one. The kernel gives process 1 no default actions, so without this a
 * command in a container could only be killed. A command that listens itself ends as it does anywhere: a service drains,
 * a screen is put back. Called once, before anything that may wait.
 */
export function endOnSignals(): void {
  for (const [name, status] of Object.entries(ENDS)) {
    process.on(name, () => {
      if (process.listenerCount(name) === 1) process.exit(status);
    });
  }
}
