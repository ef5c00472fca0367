export interface SignalHandlers {
  /** Called on the first SIGINT or SIGTERM. */
  readonly stop: () => void;
  /** Called on the second: the user does not want to wait. */
  readonly force: () => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/**
 * On Ctrl-C the terminal signals npm and this process alike, and npm passes its own signal on to
 * this process. An interrupt this soon after the first is that copy, not a second wish.
 */
const COPIED_INTERRUPT_MILLISECONDS = 500;

/**
 * Stops on the first SIGINT or SIGTERM and forces on the second. Libraries for this take npm's copy
 * of an interrupt for the second.
 */
export function handleSignals(source: NodeJS.EventEmitter, handlers: SignalHandlers): void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = handlers.now();
    if (firstAt === undefined) {
      firstAt = now;
      handlers.stop();
    } else if (signal !== 'SIGINT' || now - firstAt > COPIED_INTERRUPT_MILLISECONDS) {
      handlers.force();
    }
  };
  source.on('SIGINT', onSignal);
  source.on('SIGTERM', onSignal);
}
