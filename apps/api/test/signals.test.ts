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

  it("does not take npm's copy of an interrupt for a second one", () => {
    signal('SIGINT');
    signal('SIGINT', 20);

    expect(stop).toHaveBeenCalledTimes(1);
    expect(force).not.toHaveBeenCalled();
  });

  it('forces on a second interrupt', () => {
    signal('SIGINT');
    signal('SIGINT', 20);
    signal('SIGINT', 600);

    expect(force).toHaveBeenCalledTimes(1);
  });

  it('forces on a second SIGTERM at once', () => {
    signal('SIGTERM');
    signal('SIGTERM', 1);

    expect(stop).toHaveBeenCalledTimes(1);
    expect(force).toHaveBeenCalledTimes(1);
  });
});
