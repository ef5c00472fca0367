import { OperationContext, type AuditEvent, type Clock } from '@org/core';

import type { AuditBufferStatistics } from '../types.ts';
import type { AuditWriter } from './audit-writer.ts';
import { addCountedEvents, type CountedEvents } from './counted-events-util.ts';

const FLUSH_CONTEXT = OperationContext.create({
  actor: { type: 'worker', id: 'audit' },
  requestId: 'flush',
});

export interface SourceCounterSettings {
  readonly windowMilliseconds: number;
  /** Events of one kind and source that are recorded one by one in a window. */
  readonly recordedPerWindow: number;
  /** Kinds and sources that are watched at a time. */
  readonly maximumKeys: number;
}

export interface SourceCounterDependencies {
  readonly clock: Clock;
  readonly writer: AuditWriter;
  readonly settings: SourceCounterSettings;
}

/** Events of one action, outcome and source. */
interface Window {
  /** Monotonic. */
  readonly endsAt: number;
  recorded: number;
  counted: CountedEvents | undefined;
}

/**
 * Keeps a flood of events that one source causes out of the audit log: the first ones of a window
 * are recorded at once, the others counted in memory and recorded as one when the window has ended.
 */
export class SourceCounter {
  readonly #clock: Clock;
  readonly #writer: AuditWriter;
  readonly #settings: SourceCounterSettings;
  /** In the order in which they end, but for those that were put back. */
  readonly #windows = new Map<string, Window>();
  #timer: NodeJS.Timeout | undefined;
  #periodicFlush: Promise<void> = Promise.resolve();

  constructor({ clock, writer, settings }: SourceCounterDependencies) {
    this.#clock = clock;
    this.#writer = writer;
    this.#settings = settings;
  }

  /** @throws ServiceUnavailableError when what is due cannot be stored */
  async record(event: AuditEvent, source: string, context: OperationContext): Promise<void> {
    const key = JSON.stringify([event.action, event.outcome, source]);
    const isFull = this.#windows.size >= this.#settings.maximumKeys && !this.#windows.has(key);
    await this.#store(isFull ? this.#takeAll() : this.#takeEnded());
    const window = this.#windowOf(key);
    const outside = context.withoutTransaction();
    if (window.recorded < this.#settings.recordedPerWindow) {
      window.recorded += 1;
      await this.#writer.createRecordFromSource(event, source, outside);
    } else {
      const now = this.#clock.now();
      const one = { event, context: outside, source, count: 1, since: now, until: now };
      window.counted = addCountedEvents(window.counted, one);
    }
  }

  /** Stores what is due once per window, until {@link close}. Keeps no process alive. */
  startFlushing(): void {
    this.#timer ??= setInterval(() => {
      // What cannot be stored now stays counted, and is tried again with the next flush.
      this.#periodicFlush = this.#store(this.#takeEnded()).catch(() => undefined);
    }, this.#settings.windowMilliseconds).unref();
  }

  /** Stores everything that is counted. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#periodicFlush;
    await this.#store(this.#takeAll());
  }

  getStatistics(): AuditBufferStatistics {
    const counts = [...this.#windows.values()].map(({ counted }) => counted?.count ?? 0);
    return { events: counts.reduce((sum, count) => sum + count, 0), keys: this.#windows.size };
  }

  #windowOf(key: string): Window {
    const endsAt = this.#clock.monotonicMilliseconds() + this.#settings.windowMilliseconds;
    const window = this.#windows.get(key) ?? { endsAt, recorded: 0, counted: undefined };
    this.#windows.set(key, window);
    return window;
  }

  #takeEnded(): Map<string, Window> {
    const now = this.#clock.monotonicMilliseconds();
    const ended = new Map<string, Window>();
    for (const [key, window] of this.#windows) {
      if (window.endsAt > now) {
        break;
      }
      ended.set(key, window);
      this.#windows.delete(key);
    }
    return ended;
  }

  #takeAll(): Map<string, Window> {
    const all = new Map(this.#windows);
    this.#windows.clear();
    return all;
  }

  async #store(windows: Map<string, Window>): Promise<void> {
    const counted = [...windows.values()].flatMap((window) => window.counted ?? []);
    if (counted.length === 0) {
      return;
    }
    try {
      await this.#writer.createCountedRecords(counted, FLUSH_CONTEXT);
    } catch (error) {
      this.#putBack(windows);
      throw error;
    }
  }

  #putBack(windows: Map<string, Window>): void {
    for (const [key, { endsAt, recorded, counted }] of windows) {
      if (counted === undefined) {
        continue;
      }
      const present = this.#windows.get(key);
      if (present?.counted === undefined) {
        this.#windows.set(key, { endsAt, recorded, counted });
      } else {
        present.counted = addCountedEvents(counted, present.counted);
      }
    }
  }
}
