import { describe, expect, it } from 'vitest';

import { readCode, readResetToken, Sink } from '../../src/index.ts';
import { decodeQuotedPrintable } from '../../src/sinks/mail-sink.ts';

class FilledSink extends Sink {
  readonly settings = {};

  constructor(to: string, text: string) {
    super();
    this.take(to, text);
  }

  fill(to: string, text: string): void {
    this.take(to, text);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

describe(readCode, () => {
  it('finds the code in a text message', async () => {
    const sink = new FilledSink('+919900000001', 'Your code is 042137. It expires in 5 minutes.');
    await expect(readCode(sink, '+919900000001')).resolves.toBe('042137');
  });

  it('waits for each of several at once', async () => {
    const sink = new FilledSink('+910', '');
    const codes = Promise.all([
      readCode(sink, '+911'),
      readCode(sink, '+912'),
      readCode(sink, '+911', 2),
    ]);
    sink.fill('+912', 'Your code is 222222.');
    sink.fill('+911', '111111: your code, for 5 minutes');
    sink.fill('+911', '333333');
    await expect(codes).resolves.toEqual(['111111', '222222', '333333']);
  });

  it('takes no longer number for a code', async () => {
    await expect(readCode(new FilledSink('+91', 'Call 12345678.'), '+91')).rejects.toThrow(
      'no secret',
    );
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
      decodeQuotedPrintable('go to https://x/reset_pass=\r\nword?token=3Dabc_de=\r\nf-1 now'),
    );
    await expect(readResetToken(sink, 'a@b')).resolves.toBe('abc_def-1');
  });
});
