import { EventEmitter, once } from 'node:events';

/**
 * What a provider does with a message: takes it, answers that it is broken or asked too often, never
 * answers, says nothing at all, not even a greeting, closes the connection, or refuses it for good.
 */
export type SinkBehaviour = 'accept' | 'fail' | 'throttle' | 'hang' | 'silent' | 'drop' | 'refuse';

interface TakenMessage {
  /** A phone number or an address. */
  readonly to: string;
  /** As its reader sees it; a mail with its headers. */
  readonly text: string;
  /** By `performance.now()`. */
  readonly takenAt: number;
}

const ARRIVAL_LIMIT_MILLISECONDS = 60_000;

/** Stands in for a provider: keeps what it takes, and misbehaves when told to. */
export abstract class Sink {
  delayMilliseconds = 0;
  connections = 0;
  /** Every message that was answered with success, in order. */
  readonly taken: TakenMessage[] = [];
  readonly #byRecipient = new Map<string, TakenMessage[]>();
  readonly #arrivals = new EventEmitter().setMaxListeners(0);
  #behaviour: SinkBehaviour = 'accept';
  #refused = new Set<string>();

  abstract get settings(): Readonly<Record<string, string>>;

  abstract close(): Promise<void>;

  behave(behaviour: SinkBehaviour): void {
    this.#behaviour = behaviour;
  }

  /** From now on, messages to these are refused for good, whatever the sink does otherwise. */
  refuse(recipients: Iterable<string>): void {
    this.#refused = new Set(recipients);
  }

  takenBy(recipient: string): readonly TakenMessage[] {
    return this.#byRecipient.get(recipient) ?? [];
  }

  /** The last of so many messages to a recipient, once it has come. @throws Error after a minute */
  async received(recipient: string, messages = 1): Promise<TakenMessage> {
    const signal = AbortSignal.timeout(ARRIVAL_LIMIT_MILLISECONDS);
    for (;;) {
      const message = this.takenBy(recipient)[messages - 1];
      if (message !== undefined) {
        return message;
      }
      await once(this.#arrivals, recipient, { signal }).catch(() => {
        throw new Error(`No message came to ${recipient} within a minute.`);
      });
    }
  }

  protected behaviourFor(recipient: string): SinkBehaviour {
    return this.#refused.has(recipient) ? 'refuse' : this.#behaviour;
  }

  protected take(to: string, text: string): void {
    const message = { to, text, takenAt: performance.now() };
    this.taken.push(message);
    this.#byRecipient.set(to, [...this.takenBy(to), message]);
    this.#arrivals.emit(to);
  }
}

/** The one-time password in the last of so many messages to a number, once it has come. */
export async function readCode(sink: Sink, number: string, messages = 1): Promise<string> {
  return find(/\b(\d{6})\b/u, await sink.received(number, messages));
}

/** The token in the last of so many mails to an address, once it has come. */
export async function readResetToken(sink: Sink, address: string, messages = 1): Promise<string> {
  return find(/reset_password\?token=([\w-]+)/u, await sink.received(address, messages));
}

function find(secret: RegExp, { text }: TakenMessage): string {
  const found = secret.exec(text)?.[1];
  if (found === undefined) {
    throw new Error(`There is no secret in the message: ${text}`);
  }
  return found;
}
