import { describe, expect, it } from 'vitest';

import { makeWrongCodes, readCode, readResetToken } from '../../src/load/secrets.ts';
import { Sink } from '../../src/sinks/sink-behaviour.ts';

class FilledSink extends Sink {
  constructor(to: string, text: string) {
    super();
    this.take(to, text);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

describe(readCode, () => {
  it('finds the code in a text message', async () => {
    const sink = new FilledSink('+919900000001', 'Your code is 042137. It is good for 5 minutes.');
    await expect(readCode(sink, '+919900000001')).resolves.toBe('042137');
  });

  it('shows a message without a code', async () => {
    const sink = new FilledSink('+91', 'Hello');
    await expect(readCode(sink, '+91')).rejects.toThrow('no secret in the message: Hello');
  });
});

describe(readResetToken, () => {
  it('finds the token in a mail whose lines are broken', async () => {
    const sink = new FilledSink(
      'a@b',
      'go to https://x/reset_pass=\r\nword?token=3Dabc_de=\r\nf-1 now',
    );
    await expect(readResetToken(sink, 'a@b')).resolves.toBe('abc_def-1');
  });
});

describe(makeWrongCodes, () => {
  it('makes other codes of the same length, each once', () => {
    const codes = makeWrongCodes('999950', 100);
    expect(new Set(codes).size).toBe(100);
    expect(codes).not.toContain('999950');
    expect(codes.every((code) => /^\d{6}$/u.test(code))).toBe(true);
  });
});
