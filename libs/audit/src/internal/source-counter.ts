import { normalizeSource, OperationContext, type AuditEvent, type Clock } from '@org/core';

import type { AuditBufferStatistics, AuditSettings, ForgetSubjectParams } from '../types.ts';
import type { AuditWriter } from './audit-writer.ts';
import { addCountedEvents, withoutSubject, type CountedEvents } from './counted-events-util.ts';

const FLUSH_CONTEXT = OperationContext.create({
  actor: { type: 'worker', id: 'audit' },
  requestId: 'flush',
});

interface Window {
  /** Monotonic. */
  readonly endsAt: number;
  recorded: number;
  /** By subject; the rest under {@link OTHERS}. */
  readonly counted: Map<string, CountedEvents>;
}

/** Beyond this many names in one window, the rest are counted together. */
const SUBJECTS_PER_WINDOW = 20;
const OTHERS = '';

/**
 * Keeps floods from one source out of the audit log: the first events of a window are recorded at
 * once, the others counted in memory and recorded as one when the window ends.
 */
export class SourceCounter {
  readonly #clock: Clock;
  readonly #writer: AuditWriter;
  readonly #settings: Required<AuditSettings>;
  /** In the order in which they end, except for those that were put back. */
  readonly #windows = new Map<string, Window>();
  /** Subjects in all windows. */
  #subjects = 0;
  #timer: NodeJS.Timeout | undefined;
  #periodicFlush: Promise<void> = Promise.resolve();

  constructor(writer: AuditWriter, clock: Clock, settings: Required<AuditSettings>) {
    this.#writer = writer;
    this.#clock = clock;
    this.#settings = settings;
  }

  async record(event: AuditEvent, source: string, context: OperationContext): Promise<void> {
    const countedBy = normalizeSource(source);
    const key = JSON.stringify([event.action, event.outcome, countedBy]);
    const isFull =
      this.#windows.size >= this.#settings.maximumWatchedSources && !this.#windows.has(key);
    await this.#store(isFull ? this.#takeAll() : this.#takeEnded());
    const window = this.#windowOf(key);
    const outside = context.withoutTransaction();
    if (window.recorded < this.#settings.recordedPerSourceWindow) {
      window.recorded += 1;
      await this.#writer.createRecordFromSource(event, source, outside);
    } else {
      const now = this.#clock.now();
      const times = { count: 1, since: now, until: now };
      this.#count(window, { event, context: outside, source: countedBy, ...times });
    }
  }

  startFlushing(): void {
    this.#timer ??= setInterval(() => {
      // Anything that cannot be stored now stays counted, and is retried with the next flush.
      this.#periodicFlush = this.#store(this.#takeEnded()).catch(() => undefined);
    }, this.#settings.sourceWindowMilliseconds).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#periodicFlush;
    await this.#store(this.#takeAll());
  }

  getStatistics(): AuditBufferStatistics {
    const counts = [...this.#windows.values()].flatMap(({ counted }) => [...counted.values()]);
    const events = counts.reduce((sum, { count }) => sum + count, 0);
    return { events, keys: this.#windows.size };
  }

  /** Counts the subject's events from this period with the rest, without its digest. */
  forgetSubject({ subjectDigest, from, to }: ForgetSubjectParams): void {
    for (const window of this.#windows.values()) {
      const events = window.counted.get(subjectDigest);
      if (events !== undefined && events.since <= to && events.until >= from) {
        window.counted.delete(subjectDigest);
        this.#subjects -= 1;
        this.#count(window, withoutSubject(events));
      }
    }
  }

  #count({ counted }: Window, events: CountedEvents): void {
    const { subjectDigest = OTHERS } = events.event;
    const hasRoom =
      counted.size < SUBJECTS_PER_WINDOW && this.#subjects < this.#settings.maximumWatchedSources;
    const subject = counted.has(subjectDigest) || hasRoom ? subjectDigest : OTHERS;
    const earlier = counted.get(subject);
    this.#subjects += earlier === undefined ? 1 : 0;
    counted.set(subject, addCountedEvents(earlier, events));
  }

  #windowOf(key: string): Window {
    const endsAt = this.#clock.monotonicMilliseconds() + this.#settings.sourceWindowMilliseconds;
    const window: Window = this.#windows.get(key) ?? { endsAt, recorded: 0, counted: new Map() };
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
      this.#subjects -= window.counted.size;
    }
    return ended;
  }

  #takeAll(): Map<string, Window> {
    const all = new Map(this.#windows);
    this.#windows.clear();
    this.#subjects = 0;
    return all;
  }

  async #store(windows: Map<string, Window>): Promise<void> {
    const counted = [...windows.values()].flatMap((window) => [...window.counted.values()]);
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
      if (counted.size === 0) {
        continue;
      }
      const present: Window = this.#windows.get(key) ?? { endsAt, recorded, counted: new Map() };
      this.#windows.set(key, present);
      const newer = [...present.counted.values()];
      this.#subjects -= newer.length;
      present.counted.clear();
      for (const events of [...counted.values(), ...newer]) {
        this.#count(present, events);
      }
    }
  }
}
