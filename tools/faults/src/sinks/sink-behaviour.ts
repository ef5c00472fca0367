/** What a provider does with a message. */
export type SinkBehaviour =
  /** Takes it, after a moment. */
  | 'accept'
  /** Answers that it is broken. */
  | 'fail'
  /** Answers that it is asked too often. */
  | 'throttle'
  /** Takes the message in and never answers. */
  | 'hang'
  /** Closes the connection without an answer. */
  | 'drop'
  /** Says that it will never take this message. */
  | 'refuse';

/** A message that a sink has taken. */
export interface TakenMessage {
  /** A phone number or an address. */
  readonly to: string;
  readonly text: string;
  /** By `performance.now()`. */
  readonly takenAt: number;
}

/** What both sinks can do: count what they took, and misbehave. */
export abstract class Sink {
  readonly #taken: TakenMessage[] = [];
  #behaviour: SinkBehaviour = 'accept';
  #refused = new Set<string>();
  /** Before an answer. */
  delayMilliseconds = 0;

  /** Every message that was answered with success, in order. */
  get taken(): readonly TakenMessage[] {
    return this.#taken;
  }

  behave(behaviour: SinkBehaviour): void {
    this.#behaviour = behaviour;
  }

  /** From now on, messages to these are refused for good, whatever the sink does otherwise. */
  refuse(recipients: Iterable<string>): void {
    this.#refused = new Set(recipients);
  }

  takenBy(recipient: string): readonly TakenMessage[] {
    return this.#taken.filter(({ to }) => to === recipient);
  }

  forget(): void {
    this.#taken.length = 0;
  }

  abstract close(): Promise<void>;

  protected behaviourFor(recipient: string): SinkBehaviour {
    return this.#refused.has(recipient) ? 'refuse' : this.#behaviour;
  }

  protected take(to: string, text: string): void {
    this.#taken.push({ to, text, takenAt: performance.now() });
  }
}
