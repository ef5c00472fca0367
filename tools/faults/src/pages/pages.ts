import { OperationContext, type AuditTrail } from '@org/core';
import { Database } from '@org/core/store';
import { defineEvent, Events, type PublishedEvent } from '@org/events';
import { ObjectId } from 'mongodb';
import { Type, type Static } from 'typebox';

/** Short, so that what a killed worker held is soon taken over. */
const LEASE_MILLISECONDS = 3_000;
/** Within a lease: a listener in a transaction does not renew it. */
const TIME_LIMIT_MILLISECONDS = 2_000;
const RETRY_DELAY_MILLISECONDS = 50;
const POISON_ATTEMPTS = 3;
/** Every so many pages of a book, its index can never be made. */
const POISON_INTERVAL = 4;

export const INDEX_LISTENER = 'index.add-page';
const PRESS_LISTENER = 'press.print-page';

const PagePayload = Type.Object({
  pageId: Type.String(),
  book: Type.String(),
  number: Type.Integer(),
  isPoison: Type.Boolean(),
});

const pageWritten = defineEvent('page.written', { version: 1, payload: PagePayload });

/** A page of a book, numbered in the order of the commits. */
export type Page = Static<typeof PagePayload>;

/** An entry in a book's index, with its place in it. */
export interface Entry extends Page {
  readonly place: number;
  readonly attempt: number;
}

type Heard = PublishedEvent<Page>;

const UNRECORDED: AuditTrail = {
  recordsOwnerReads: false,
  record: () => Promise.resolve(),
  recordFromSource: () => Promise.resolve(),
};

const CONTEXT = OperationContext.anonymous('pages');

/** The part of a program that writes pages, and of one that works on them: both know all listeners. */
export class Pages {
  readonly events: Events;
  readonly #database: Database;
  readonly #pressUrl: string;

  private constructor(database: Database, pressUrl: string) {
    this.#database = database;
    this.#pressUrl = pressUrl;
    this.events = Events.create({
      database,
      audit: UNRECORDED,
      settings: { leaseMilliseconds: LEASE_MILLISECONDS },
    });
    const limits = {
      orderedBy: 'book',
      retryDelayMilliseconds: RETRY_DELAY_MILLISECONDS,
      timeLimitMilliseconds: TIME_LIMIT_MILLISECONDS,
    } as const;
    this.events.on(
      pageWritten,
      { ...limits, name: INDEX_LISTENER, maximumAttempts: POISON_ATTEMPTS },
      (event, context) => this.#addToIndex(event, context),
    );
    this.events.on(
      pageWritten,
      { ...limits, name: PRESS_LISTENER, reachesOutside: true },
      (event) => this.#print(event),
    );
  }

  /** With the settings in the environment. */
  static async open(): Promise<Pages> {
    const { MONGODB_URI: uri = '', PRESS_URL: pressUrl = '' } = process.env;
    const pages = new Pages(await Database.connect({ uri }), pressUrl);
    await pages.events.initialize();
    return pages;
  }

  /** Stores the next page of a book, and publishes that; or rolls both back. */
  async write(book: string, isRolledBack: boolean): Promise<string> {
    const pageId = new ObjectId().toHexString();
    await this.#database.withTransaction(CONTEXT, async (transaction) => {
      const number = await this.#count('books', book, transaction);
      const page: Page = { pageId, book, number, isPoison: number % POISON_INTERVAL === 0 };
      await this.#store('pages', page, transaction);
      await this.events.publish(pageWritten, page, transaction);
      if (isRolledBack) {
        throw new Error('rolled back');
      }
    });
    return pageId;
  }

  /** Fails for good after it has stored its part, if the page is poison. */
  async #addToIndex({ payload, attempt }: Heard, transaction: OperationContext): Promise<void> {
    console.log('begun');
    const place = await this.#count('indexes', payload.book, transaction);
    await this.#store('entries', { ...payload, place, attempt }, transaction);
    if (payload.isPoison) {
      throw new Error('poison');
    }
  }

  async #print({ id, payload, signal }: Heard): Promise<void> {
    console.log('begun');
    const headers = { 'content-type': 'application/json', 'idempotency-key': id };
    const body = JSON.stringify(payload);
    const { ok, status } = await fetch(this.#pressUrl, { method: 'POST', headers, body, signal });
    if (!ok) {
      throw new Error(`The press answered ${status}.`);
    }
  }

  async #count(collection: string, _id: string, context: OperationContext): Promise<number> {
    const counters = this.#database.collection<{ _id: string; count: number }>(collection);
    const options = { upsert: true, returnDocument: 'after' } as const;
    const counter = await this.#database.runIn(context, (session) =>
      counters.findOneAndUpdate({ _id }, { $inc: { count: 1 } }, { ...options, ...session }),
    );
    return counter?.count ?? 0;
  }

  async #store(collection: string, document: object, context: OperationContext): Promise<void> {
    await this.#database.runIn(context, (session) =>
      this.#database.collection(collection).insertOne({ ...document }, session),
    );
  }
}
