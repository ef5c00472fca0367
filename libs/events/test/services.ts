import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { defineEvent, Events, type FailedEventAttempt } from '@org/events';
import { Type } from 'typebox';
import { inject, onTestFinished } from 'vitest';

export const context = OperationContext.create({
  actor: { type: 'account', id: '64b000000000000000000001' },
  requestId: 'request-1',
});

export const paid = defineEvent('invoice.paid', {
  version: 1,
  payload: Type.Object({ invoiceId: Type.String(), number: Type.Optional(Type.Integer()) }),
});

/** A database with events, and any number of processes at it. */
export class EventsTestBed {
  readonly clock = new FakeClock();
  readonly audit = new RecordingAuditTrail();
  readonly errors: unknown[] = [];
  readonly failures: (FailedEventAttempt | undefined)[] = [];
  readonly commands: string[] = [];
  readonly #throwaway: ThrowawayDatabase;

  private constructor(throwaway: ThrowawayDatabase) {
    this.#throwaway = throwaway;
    throwaway.database.client.on('commandStarted', ({ commandName }) => {
      this.commands.push(commandName);
    });
  }

  static async create(): Promise<EventsTestBed> {
    const uri = inject('mongodbUri');
    const bed = new EventsTestBed(await createThrowawayDatabase({ uri, monitorCommands: true }));
    onTestFinished(() => bed.#throwaway.remove());
    await bed.createEvents().initialize();
    return bed;
  }

  get database() {
    return this.#throwaway.database;
  }

  get rows() {
    return this.database.collection('event_deliveries');
  }

  /** What listeners store. */
  get effects() {
    return this.database.collection('effects');
  }

  /** As another process would have it. Stopped when the test ends. */
  createEvents(): Events {
    const events = Events.create({
      database: this.database,
      audit: this.audit,
      clock: this.clock,
      settings: { pollIntervalMilliseconds: 20, stopGraceMilliseconds: 0 },
      onError: (error, attempt) => {
        this.errors.push(error);
        this.failures.push(attempt);
      },
    });
    onTestFinished(() => events.stop());
    return events;
  }

  /** Publishes in a transaction that stores a document, too. */
  async pay(events: Events, invoiceId: string, number?: number): Promise<void> {
    await this.database.withTransaction(context, async (transaction) => {
      await this.storeEffect({ cause: invoiceId }, transaction);
      const payload = number === undefined ? { invoiceId } : { invoiceId, number };
      await events.publish(paid, payload, transaction);
    });
  }

  async storeEffect(document: object, transaction: OperationContext): Promise<void> {
    await this.database.runIn(transaction, (session) =>
      this.effects.insertOne({ ...document }, session),
    );
  }
}
