import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

import { OperationContext, type AuditTrail, type Clock } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';
import { Queue, type QueueSettings } from '@org/queue';

import type { EventDefinition } from './define-event.ts';
import {
  EventOutsideTransactionError,
  InvalidListenerError,
  UndeclaredEventError,
} from './errors.ts';
import {
  accountIdIn,
  createEventDataProvider,
  toFailedAttempt,
  type EventDataProvider,
  type StoredEvent,
} from './event-data.ts';
import { assertNoCycle, type ListenerEdges } from './listener-cycle.ts';
import { assertOrders, orderKeyOf } from './order-key.ts';
import { PayloadCheck } from './payload-check.ts';
import type {
  EventErrorListener,
  EventListener,
  EventPublisher,
  LaterListenerOptions,
  ListenerOptions,
  PublishedEvent,
} from './types.ts';

const COLLECTION_NAME = 'event_deliveries';

export interface EventsDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  readonly settings?: QueueSettings;
  /** For the log. Default: errors are ignored. */
  readonly onError?: EventErrorListener;
}

interface Listener extends ListenerEdges {
  readonly event: EventDefinition;
  /** Whether it is heard after the commit. */
  readonly isLater: boolean;
  readonly orderedBy: string | undefined;
  readonly isNeeded: () => boolean;
  readonly call: EventListener<object>;
}

/**
 * Events between modules: published in the transaction of their cause, and heard within it or after
 * it. Every process that publishes must register the same listeners: the publisher stores one row
 * for each.
 *
 * @example
 * events.on(accountCreated, { name: 'billing.open-customer' }, async ({ payload }, context) => {
 *   await customers.open(payload.accountId, context);
 * });
 * await events.publish(accountCreated, { accountId }, transaction);
 */
export class Events implements EventPublisher {
  /** Rows that wait for listeners: to list, replay and count. */
  readonly queue: Queue;
  readonly #clock: Clock;
  readonly #check = new PayloadCheck();
  readonly #listeners = new Map<string, Listener>();
  /** The listener that is being called. */
  readonly #current = new AsyncLocalStorage<Listener>();
  #isStarted = false;

  private constructor(dependencies: EventsDependencies) {
    this.#clock = dependencies.clock ?? dependencies.database.clock;
    const { onError } = dependencies;
    this.queue = Queue.create({
      ...dependencies,
      collectionName: COLLECTION_NAME,
      onError: (error, attempt, row) => {
        const event = this.#listeners.get(attempt?.kind ?? '')?.hears;
        onError?.(error, toFailedAttempt(event, attempt, row as StoredEvent | undefined));
      },
    });
  }

  static create(dependencies: EventsDependencies): Events {
    return new Events(dependencies);
  }

  /**
   * Creates this module's collections and indexes; call it before the first use, when all listeners
   * are registered.
   *
   * @throws InvalidListenerError if a listener waits for itself
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    assertNoCycle([...this.#listeners.values()]);
    return this.queue.initialize();
  }

  /**
   * Registers a listener. With `during: 'transaction'` it is heard within the publisher's
   * transaction: an error that it throws refuses what happened, and reaches whoever asked for it.
   * Otherwise a worker calls it after the commit, and again if it fails.
   *
   * @throws InvalidListenerError if the name is taken, the event cannot be refused, the worker runs
   *   already, or the field that orders the events may hold more than strings, numbers and booleans
   */
  on<Payload extends object>(
    event: EventDefinition<Payload>,
    options: ListenerOptions<NoInfer<Payload>>,
    listener: EventListener<NoInfer<Payload>>,
  ): void {
    const { name, during, publishes = [] } = options;
    if (this.#listeners.has(name)) {
      throw new InvalidListenerError(name, 'its name is taken');
    }
    if (this.#isStarted && during === undefined) {
      throw new InvalidListenerError(name, 'the worker runs already');
    }
    if (during === 'transaction' && !event.isRefusable) {
      throw new InvalidListenerError(name, `${event.name} cannot be refused; listen after it`);
    }
    const later = options.during === undefined ? options : undefined;
    const registered: Listener = {
      name,
      hears: event.name,
      publishes: publishes.map((published) => published.name),
      event,
      isLater: later !== undefined,
      orderedBy: later?.orderedBy,
      isNeeded: later?.isNeeded ?? (() => true),
      call: listener as EventListener<object>,
    };
    if (later !== undefined) {
      this.#handleLater(registered, later);
    }
    this.#listeners.set(name, registered);
  }

  /**
   * Calls the listeners that are heard within the transaction, one after the other, and stores a row
   * for each that is heard after it: one round trip, and one more if any wants events in order.
   *
   * @throws InvalidEventPayloadError if the payload does not match the event's schema
   * @throws EventOutsideTransactionError if the context has no transaction
   * @throws UndeclaredEventError if a listener publishes it without saying so in `publishes`
   * @throws whatever a listener within the transaction throws
   */
  async publish<Payload extends object>(
    event: EventDefinition<Payload>,
    given: NoInfer<Payload>,
    transaction: OperationContext,
  ): Promise<void> {
    const caller = this.#current.getStore();
    if (caller !== undefined && !caller.publishes.includes(event.name)) {
      throw new UndeclaredEventError(caller.name, event.name);
    }
    if (transaction.transaction === undefined) {
      throw new EventOutsideTransactionError(event.name);
    }
    // As stored: without fields that are undefined.
    const payload = JSON.parse(JSON.stringify(given)) as Payload;
    this.#check.assertPayload(event, payload);
    const listeners = this.#listenersOf(event);
    const publishedAt = this.#clock.now();
    const { name, version } = event;
    for (const listener of listeners.filter(({ isLater }) => !isLater)) {
      const { signal } = new AbortController();
      const published = { id: randomUUID(), name, payload, publishedAt, attempt: 1, signal };
      await this.#call(listener, published, transaction);
    }
    const { requestId } = transaction;
    const stored: StoredEvent = { name, version, publishedAt, requestId, payload };
    const later = listeners.filter(({ isLater }) => isLater);
    const rows = later.map(({ name: kind, orderedBy }) => ({
      kind,
      payload: stored,
      key: orderKeyOf(payload, orderedBy),
      accountId: event.personalFields.length === 0 ? undefined : accountIdIn(payload),
    }));
    await this.queue.addMany(rows, transaction);
  }

  /** Every registered listener: its name, and that of the event it hears. */
  get listeners(): readonly { readonly name: string; readonly hears: string }[] {
    return [...this.#listeners.values()].map(({ name, hears }) => ({ name, hears }));
  }

  hasListeners(event: EventDefinition): boolean {
    return this.#listenersOf(event).length > 0;
  }

  /** Starts calling listeners in this process. Does nothing if already started. */
  start(): void {
    this.#isStarted = true;
    this.queue.start();
  }

  /** Takes no more events, waits a while for those being heard, and gives back the rest. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    await this.queue.stop();
  }

  /** For AccountService: waiting and dead events with personal data of an account. */
  get personalDataProvider(): EventDataProvider {
    return createEventDataProvider(this.queue, COLLECTION_NAME);
  }

  /** Those that need the event now. */
  #listenersOf(event: EventDefinition): readonly Listener[] {
    return [...this.#listeners.values()].filter(
      ({ hears, isNeeded }) => hears === event.name && isNeeded(),
    );
  }

  #handleLater(listener: Listener, options: Omit<LaterListenerOptions<object>, 'orderedBy'>): void {
    const { event, orderedBy } = listener;
    if (orderedBy !== undefined) {
      assertOrders(listener.name, event, orderedBy);
    }
    const { reachesOutside = false, ...limits } = options;
    this.queue.handle<StoredEvent>({
      ...limits,
      kind: listener.name,
      during: reachesOutside ? undefined : 'transaction',
      handle: async (row, { context, rowId, attempt, signal }) => {
        const { version, publishedAt, requestId } = row;
        const payload = this.#check.readPayload(event, version, row.payload);
        const { name } = event;
        const actor = { type: 'worker', id: listener.name } as const;
        const own = OperationContext.create({ actor, requestId });
        const { transaction } = context;
        await this.#call(
          listener,
          { id: rowId, name, payload, publishedAt, attempt, signal },
          transaction === undefined ? own : own.withTransaction(transaction),
        );
      },
    });
  }

  async #call(
    listener: Listener,
    event: PublishedEvent<object>,
    context: OperationContext,
  ): Promise<void> {
    await this.#current.run(listener, () => listener.call(event, context));
  }
}
