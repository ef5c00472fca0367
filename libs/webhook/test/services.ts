import { OperationContext, SecretKey } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { defineEvent, Events, type EventDefinition } from '@org/events';
import {
  WebhookService,
  type DisabledWebhookEndpoint,
  type WebhookDelivery,
  type WebhookSettings,
} from '@org/webhook';
import { Webhook } from 'standardwebhooks';
import { Type } from 'typebox';
import { inject, onTestFinished, vi } from 'vitest';

import type { ReceivedWebhook } from './receiver.ts';

export const context = OperationContext.create({
  actor: { type: 'account', id: '64b000000000000000000001' },
  requestId: 'request-1',
});

const ofAccount = Type.Object({ accountId: Type.String() });

export const invoicePaid = defineEvent('invoice.paid', {
  version: 1,
  payload: Type.Object({ invoiceId: Type.String() }),
});
export const accountCreated = defineEvent('account.created', { version: 1, payload: ofAccount });
export const accountErased = defineEvent('account.erased', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});

const DAY = 24 * 60 * 60_000;

/** A database with webhooks, and any number of processes at it. */
export class WebhookTestBed {
  /** Near the real time, which removes documents whose `purge_at` has come. */
  readonly clock = new FakeClock(new Date());
  readonly audit = new RecordingAuditTrail();
  readonly errors: unknown[] = [];
  readonly disabled: DisabledWebhookEndpoint[] = [];
  /** Ids of the deliveries that workers claimed. */
  readonly claims: string[] = [];
  readonly webhooks: WebhookService;
  readonly events: Events;
  readonly #throwaway: ThrowawayDatabase;

  private constructor(throwaway: ThrowawayDatabase, settings: WebhookSettings) {
    this.#throwaway = throwaway;
    throwaway.database.client.on('commandStarted', ({ command }) => {
      if (
        command['findAndModify'] === 'webhook_deliveries' &&
        command['update'].$inc?.attempts > 0
      ) {
        this.claims.push(String(command['query']._id));
      }
    });
    const process = this.createProcess(settings);
    this.webhooks = process.webhooks;
    this.events = process.events;
  }

  /** Endpoints may be on private networks, unless the settings say otherwise. */
  static async create(settings: WebhookSettings = {}): Promise<WebhookTestBed> {
    const throwaway = await createThrowawayDatabase({
      uri: inject('mongodbUri'),
      monitorCommands: true,
    });
    onTestFinished(() => throwaway.remove());
    const bed = new WebhookTestBed(throwaway, settings);
    await bed.webhooks.initialize();
    await bed.events.initialize();
    return bed;
  }

  get database() {
    return this.#throwaway.database;
  }

  get deliveries() {
    return this.database.collection('webhook_deliveries');
  }

  get endpoints() {
    return this.database.collection('webhook_endpoints');
  }

  /** As another process would have it. Stopped when the test ends. */
  createProcess(settings: WebhookSettings = {}) {
    const { database, audit, clock } = this;
    const onError = (error: unknown) => this.errors.push(error);
    const queueSettings = { pollIntervalMilliseconds: 20, stopGraceMilliseconds: 0 };
    const events = Events.create({ database, audit, clock, settings: queueSettings, onError });
    const webhooks = WebhookService.create({
      database,
      audit,
      clock,
      events,
      secretKey: SecretKey.create({ current: Buffer.alloc(32, 7) }),
      eventDefinitions: [invoicePaid, accountCreated],
      erasureEventDefinitions: [accountErased],
      settings: { allowsPrivateAddresses: true, ...queueSettings, ...settings },
      onEndpointDisabled: (endpoint) => this.disabled.push(endpoint),
      onError,
    });
    onTestFinished(async () => {
      await events.stop();
      await webhooks.stop();
    });
    return { events, webhooks };
  }

  /** An endpoint for paid invoices. */
  async addEndpoint(url: string, events: readonly string[] = ['invoice.paid']) {
    const { endpoint, secret } = await this.webhooks.createEndpoint({ url, events }, context);
    return { id: endpoint.id, secret };
  }

  async publish<Payload extends object>(
    event: EventDefinition<Payload>,
    payload: NoInfer<Payload>,
  ): Promise<void> {
    await this.database.withTransaction(context, (transaction) =>
      this.events.publish(event, payload, transaction),
    );
  }

  /** Publishes, and stores the deliveries. */
  async pay(invoiceId: string): Promise<void> {
    await this.publish(invoicePaid, { invoiceId });
    await this.events.queue.drain();
  }

  async publishOfAccount(event: typeof accountCreated, accountId: string): Promise<void> {
    await this.publish(event, { accountId });
    await this.events.queue.drain();
  }

  /** The endpoint's deliveries, newest first. */
  async log(endpointId: string): Promise<readonly WebhookDelivery[]> {
    return (await this.webhooks.listDeliveries({ endpointId }, context)).items;
  }

  /**
   * Sends until nothing waits that is due within a time, moving the clock from one attempt to the
   * next.
   *
   * @returns how long the waits were
   */
  async sendFor(milliseconds = 30 * DAY): Promise<readonly number[]> {
    const waits: number[] = [];
    const end = this.clock.now().getTime() + milliseconds;
    for (;;) {
      await this.webhooks.drain();
      const next = await this.deliveries.findOne(
        { status: 'queued', next_attempt_at: { $gt: this.clock.now(), $lte: new Date(end) } },
        { sort: { next_attempt_at: 1 } },
      );
      if (next === null) {
        return waits;
      }
      const wait = (next['next_attempt_at'] as Date).getTime() - this.clock.now().getTime();
      waits.push(wait);
      this.clock.advance(wait);
    }
  }

  /** What the reference library reads; it throws unless the signature and the time are right. */
  verify({ body, headers }: ReceivedWebhook, secret: string): unknown {
    vi.useFakeTimers({ toFake: ['Date'], now: this.clock.now() });
    try {
      return new Webhook(secret).verify(body, headers);
    } finally {
      vi.useRealTimers();
    }
  }
}
