import { describe, expect, it } from 'vitest';

import { pollUntil, WaitedTooLongError, waitUntil } from '../src/wait-until.ts';

describe(pollUntil, () => {
  it('asks until the answer is neither false nor undefined', async () => {
    const answers = [undefined, false, 0, 'never asked'] as const;
    let asked = 0;
    await expect(pollUntil(() => answers[asked++], 10_000, 1)).resolves.toBe(0);
    expect(asked).toBe(3);
  });

  it('gives up at its limit', async () => {
    await expect(pollUntil(() => false, 10, 1)).resolves.toBeUndefined();
  });
});

describe(waitUntil, () => {
  it('says what it waited for', async () => {
    const waiting = waitUntil('The end', () => false, 1, 10);
    await expect(waiting).rejects.toThrow(WaitedTooLongError);
    await expect(waiting).rejects.toThrow('The end: not within 10 ms.');
  });
});
