import type { OperationContext } from '@org/core';

import type { EventDefinition } from './define-event.ts';
import type { OrderField } from './order-key.ts';

/** An event as a listener receives it. */
export interface PublishedEvent<Payload extends object> {
  /** The same at every attempt: an idempotency key. */
  readonly id: string;
  readonly name: string;
  readonly payload: Payload;
  readonly publishedAt: Date;
  /** Starts at 1. */
  readonly attempt: number;
  /** Aborted when the time limit is exceeded or the worker stops. */
  readonly signal: AbortSignal;
}

/** @param context storage operations join its transaction, if it has one */
export type EventListener<Payload extends object> = (
  event: PublishedEvent<Payload>,
  context: OperationContext,
) => Promise<void>;

interface CommonListenerOptions {
  /** Unique, such as `billing.open-customer`. Waiting events are found by it: renaming strands them. */
  readonly name: string;
  /** The events that the listener publishes, itself or through a service. Default: none. */
  readonly publishes?: readonly EventDefinition[];
}

/** Heard within the publisher's transaction. */
export interface TransactionListenerOptions extends CommonListenerOptions {
  readonly during: 'transaction';
}

/** Heard after the publisher's transaction has committed, by a worker. Times are in milliseconds. */
export interface LaterListenerOptions<Payload extends object> extends CommonListenerOptions {
  readonly during?: undefined;
  /**
   * Whether the listener acts on other systems than this database. It is then called at least once,
   * outside of a transaction, and has a minute. Default: false; it runs in a transaction of its own,
   * so that what it stores is stored exactly once, and has 10 seconds.
   */
  readonly reachesOutside?: boolean;
  /**
   * Whether what is published now is stored for this listener. Asked at each event, so it must be
   * fast. Default: always.
   */
  readonly isNeeded?: () => boolean;
  /**
   * Events with the same value in this field are heard in the order in which they were committed. It
   * holds strings, numbers or booleans; an event without it is in no order. Default: in no order.
   */
  readonly orderedBy?: OrderField<Payload>;
  /** Events that one worker works on at a time. Default: 5. */
  readonly concurrency?: number;
  /** Failed attempts until the event is dead for this listener. Default: 20, over some five hours. */
  readonly maximumAttempts?: number;
  /** Longest delay before the second attempt; doubles with each attempt. Default: 5,000. */
  readonly retryDelayMilliseconds?: number;
  /** How long one attempt may take. Default: 60,000; at most 10,000 in a transaction. */
  readonly timeLimitMilliseconds?: number;
}

export type ListenerOptions<Payload extends object> =
  TransactionListenerOptions | LaterListenerOptions<Payload>;

/** Publishes events; implemented by Events, and by RecordingEvents for tests. */
export interface EventPublisher {
  /** @see Events.publish */
  publish<Payload extends object>(
    event: EventDefinition<Payload>,
    payload: NoInfer<Payload>,
    transaction: OperationContext,
  ): Promise<void>;
  /** Whether publishing the event would do anything. */
  hasListeners(event: EventDefinition): boolean;
}

/**
 * Called with the error of a listener that failed after the commit, or without `attempt` with one of
 * the worker itself, such as an unreachable database.
 */
export type EventErrorListener = (error: unknown, attempt?: FailedEventAttempt) => void;

/** An attempt of a listener that failed. */
export interface FailedEventAttempt {
  readonly listener: string;
  /** The event's name. */
  readonly event: string;
  readonly eventId: string;
  /** Of the request that published the event. */
  readonly requestId: string;
  /** Starts at 1. */
  readonly attempt: number;
  /** Whether it was the last attempt; else the listener is called again. */
  readonly isDead: boolean;
}
