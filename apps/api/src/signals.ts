export interface SignalHandlers {
  /** Called on the first SIGINT or SIGTERM. */
  readonly stop: () => void;
  /** Called on the second: the user does not want to wait. */
  readonly force: () => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/**
 * A terminal's Ctrl-C and a service manager's SIGTERM reach both npm and this process, and npm
 * forwards its own to this process. The same signal this soon after the first is that copy, not a
 * second request.
 */
const COPY_MILLISECONDS = 250;

/**
 * Stops on the first SIGINT or SIGTERM and forces on the second. Libraries for this mistake npm's
 * copy for the second.
 */
export function handleSignals(source: NodeJS.EventEmitter, handlers: SignalHandlers): void {
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const at = handlers.now();
    if (first === undefined) {
      first = { signal, at };
      handlers.stop();
    } else if (signal !== first.signal || at - first.at > COPY_MILLISECONDS) {
      handlers.force();
    }
  };
  source.on('SIGINT', onSignal);
  source.on('SIGTERM', onSignal);
}
