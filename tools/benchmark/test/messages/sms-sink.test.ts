import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { SmsSink } from '../../src/messages/sms-sink.ts';

describe(SmsSink, () => {
  let sink: SmsSink;

  beforeEach(async () => {
    sink = await SmsSink.open();
    onTestFinished(() => sink.close());
  });

  async function send(message: object | string): Promise<number> {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    return (await fetch(sink.url, { method: 'POST', body })).status;
  }

  it('reads the code in the message to a number', async () => {
    const codes = [sink.takeCode('+911'), sink.takeCode('+912')];
    await send({ to: '+912', body: 'Your code is 222222.' });
    await send({ to: '+911', body: '111111: your code, for 5 minutes' });
    await expect(Promise.all(codes)).resolves.toEqual(['111111', '222222']);
  });

  it('waits on while a message has no code', async () => {
    const code = sink.takeCode('+911');
    await expect(send({ to: '+911', body: 'Call 12345678.' })).resolves.toBe(204);
    await send({ to: '+911', body: 'Your code is 333333.' });
    await expect(code).resolves.toBe('333333');
  });

  it('takes messages that nobody waits for, and refuses what is none', async () => {
    await expect(send({ to: '+911', body: '111111' })).resolves.toBe(204);
    await expect(send('not JSON')).resolves.toBe(400);
  });
});
