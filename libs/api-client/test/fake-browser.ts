import type { WebStorage } from '@org/api-client';
import { vi } from 'vitest';

type Work = () => Promise<unknown>;

/** What a browser has for its tabs; `undefined`: this one has it not. */
export interface BrowserParts {
  readonly locks?: unknown;
  readonly channel?: unknown;
}

/** Has the globals of a page. Storage events come when a test sends them. */
export class FakeBrowser {
  readonly #listeners = new Map<string, (() => void)[]>();

  constructor({ locks, channel }: BrowserParts) {
    vi.stubGlobal('document', {});
    vi.stubGlobal('navigator', { locks });
    vi.stubGlobal('BroadcastChannel', channel);
    vi.stubGlobal('addEventListener', (type: string, listener: () => void) => {
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    });
  }

  /** As all tabs get it. */
  send(type: 'pageshow' | 'storage'): void {
    this.#listeners.get(type)?.forEach((listener) => listener());
  }
}

/** One holder at a time, in the order of the requests. */
export class FakeLocks {
  /** Of each request. */
  readonly names: string[] = [];
  #last: Promise<unknown> = Promise.resolve();

  readonly request = async (name: string, _options: object, work: Work): Promise<unknown> => {
    this.names.push(name);
    const granted = this.#last.then(work);
    this.#last = granted.catch(() => undefined);
    return granted;
  };
}

/** Held by a tab that never gives it back. */
export const heldLocks = {
  request: async (): Promise<never> => {
    throw new DOMException('signal timed out', 'TimeoutError');
  },
};

/** A class of channels that hear each other at once, as the tabs of one browser do. */
export function fakeChannels() {
  const all: FakeChannel[] = [];
  const messages: unknown[] = [];
  class FakeChannel {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    readonly name: string;

    constructor(name: string) {
      this.name = name;
      all.push(this);
    }

    postMessage(message: unknown): void {
      messages.push(message);
      all
        .filter((other) => other !== this && other.name === this.name)
        .forEach((other) => other.onmessage?.({ data: structuredClone(message) }));
    }
  }
  return { Channel: FakeChannel, messages };
}

/** `localStorage`, with what can be wrong with it. */
export class FakeStorage implements WebStorage {
  readonly texts = new Map<string, string>();
  isFull = false;
  isForbidden = false;

  readonly getItem = (key: string): string | null => {
    this.#check(this.isForbidden);
    return this.texts.get(key) ?? null;
  };

  readonly setItem = (key: string, text: string): void => {
    this.#check(this.isForbidden || this.isFull);
    this.texts.set(key, text);
  };

  readonly removeItem = (key: string): void => {
    this.#check(this.isForbidden);
    this.texts.delete(key);
  };

  #check(isRefused: boolean): void {
    if (isRefused) {
      throw new DOMException('The storage is full, or forbidden.', 'SecurityError');
    }
  }
}
