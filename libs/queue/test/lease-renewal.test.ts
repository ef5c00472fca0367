import { LeaseLostError } from '@org/queue';
import { describe, expect, it } from 'vitest';

import { keepRenewing } from '../src/lease-renewal.ts';

/** The renewals until the work was aborted. */
async function countRenewals(answer: (renewal: number) => boolean): Promise<number> {
  const controller = new AbortController();
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
    return answer(renewals);
  };
  const stop = keepRenewing(renew, 30, controller);
  await new Promise((resolve) => {
    controller.signal.addEventListener('abort', resolve);
  });
  stop();
  expect(controller.signal.reason).toBeInstanceOf(LeaseLostError);
  return renewals;
}

describe(keepRenewing, () => {
  it('aborts the work once another worker has the row', async () => {
    expect(await countRenewals((renewal) => renewal < 2)).toBe(2);
  });

  it('aborts the work when the lease could not be renewed three times in a row', async () => {
    const renewals = await countRenewals((renewal) => {
      // The third succeeds, and the count starts again.
      if (renewal !== 3) {
        throw new Error('the database is away');
      }
      return true;
    });

    expect(renewals).toBe(6);
  });
});
