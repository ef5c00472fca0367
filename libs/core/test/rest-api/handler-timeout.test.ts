import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { HandlerTimeLimit, HandlerTimeoutError } from '../../src/rest-api/handler-timeout.ts';

describe('the time limit of handlers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** As much of a reply as it looks at. */
  function reply(raw: { headersSent?: boolean; destroyed?: boolean } = {}) {
    const send = vi.fn<(error: Error) => void>();
    const log = { child: () => log };
    return { reply: { raw, sent: false, send, log } as unknown as FastifyReply, send };
  }

  it('answers for each when its own time is up, with one timer at a time', () => {
    const limit = new HandlerTimeLimit(100);
    const [first, second] = [reply(), reply()];
    limit.applyTo(first.reply);
    vi.advanceTimersByTime(60);
    limit.applyTo(second.reply);
    expect(vi.getTimerCount()).toBe(1);

    vi.advanceTimersByTime(40);
    expect(first.send).toHaveBeenCalledWith(expect.any(HandlerTimeoutError));
    expect(second.send).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60);

    expect(second.send).toHaveBeenCalledOnce();
    expect(first.send).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on for those that come after a pause', () => {
    const limit = new HandlerTimeLimit(100);
    const answered = reply();
    limit.applyTo(answered.reply);
    limit.endFor(answered.reply);
    vi.advanceTimersByTime(1_000);
    const late = reply();
    limit.applyTo(late.reply);
    vi.advanceTimersByTime(99);
    expect(late.send).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);

    expect(late.send).toHaveBeenCalledOnce();
    expect(answered.send).not.toHaveBeenCalled();
  });

  it.each([{ headersSent: true }, { destroyed: true }])('leaves alone what is %j', (raw) => {
    const limit = new HandlerTimeLimit(100);
    const one = reply(raw);
    limit.applyTo(one.reply);
    vi.advanceTimersByTime(100);

    expect(one.send).not.toHaveBeenCalled();
  });

  it('ends for all at once', () => {
    const limit = new HandlerTimeLimit(100);
    const [first, second] = [reply(), reply()];
    limit.applyTo(first.reply);
    limit.applyTo(second.reply);
    limit.end();

    expect(first.send).toHaveBeenCalledOnce();
    expect(second.send).toHaveBeenCalledOnce();
  });
});
