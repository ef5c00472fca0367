import { constants } from 'node:os';

/** Shells add it to the number of the signal that ended a program. */
const SIGNAL_EXIT_CODE = 128;
/** Not SIGHUP: with `nohup`, a command outlives its terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Somebody asked the command to end, with Ctrl-C or another signal. */
export class InterruptedError extends Error {
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super('Interrupted.');
    this.name = new.target.name;
    this.exitCode = exitCodeOf(signal);
  }
}

/** What a shell answers for a program that the signal ends. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return SIGNAL_EXIT_CODE + constants.signals[signal];
}

/** From now on, the first signal aborts what is being done, with an InterruptedError; a second one kills. */
export function catchInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.once(signal, () => controller.abort(new InterruptedError(signal)));
  }
  return controller.signal;
}

/** The interruption that an error comes from: Node's own AbortErrors have it as their cause. */
export function findInterruption(error: unknown): InterruptedError | undefined {
  const { cause } = error as Error;
  return [error, cause].find((each) => each instanceof InterruptedError);
}
