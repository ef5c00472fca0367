import { EventEmitter } from 'node:events';

import { beforeEach, describe, expect, it, vi } from 'vitest';

import { handleSignals } from '../src/signals.ts';

const stop = vi.fn();
const force = vi.fn();
let now = 0;
let source: EventEmitter;

beforeEach(() => {
  vi.resetAllMocks();
  now = 0;
  source = new EventEmitter();
  handleSignals(source, { stop, force, now: () => now });
});

function signal(name: 'SIGINT' | 'SIGTERM', after = 0): void {
  now += after;
  source.emit(name, name);
}

describe(handleSignals, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stops on the first %s', (name) => {
    signal(name);

    expect(stop).toHaveBeenCalledTimes(1);
    expect(force).not.toHaveBeenCalled();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    "does not take npm's copy of a %s for a second one",
    (name) => {
      signal(name);
      signal(name, 20);

      expect(stop).toHaveBeenCalledTimes(1);
      expect(force).not.toHaveBeenCalled();
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('forces on a second %s', (name) => {
    signal(name);
    signal(name, 20);
    signal(name, 300);

    expect(force).toHaveBeenCalledTimes(1);
  });

  it('forces at once on the other signal', () => {
    signal('SIGTERM');
    signal('SIGINT', 1);

    expect(stop).toHaveBeenCalledTimes(1);
    expect(force).toHaveBeenCalledTimes(1);
  });
});
