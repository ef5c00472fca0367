import { FakeClock } from '@org/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';

import type { DeliveryOutcome } from '../../src/internal/delivery/delivery-outcome.ts';
import { OutagePolicy } from '../../src/internal/delivery/outage-policy.ts';

const failed = { kind: 'failed', reason: '', retryable: true, byProvider: true } as const;
const refused = { ...failed, retryable: false };
const notAsked = { ...failed, byProvider: false };
const sent = { kind: 'sent', providerMessageId: '1' } as const;

let clock: FakeClock;
let policy: OutagePolicy;

beforeEach(() => {
  clock = new FakeClock();
  policy = new OutagePolicy(clock);
});

function observe(count: number, outcome: DeliveryOutcome): void {
  for (let seen = 0; seen < count; seen += 1) {
    policy.observe(outcome);
  }
}

describe(OutagePolicy, () => {
  it('holds after ten failures in a row', () => {
    observe(9, failed);
    expect(policy.allows(5)).toBe(true);

    observe(1, failed);
    expect(policy.allows(0)).toBe(false);
  });

  it('lets one message at a time through, a second after the last failure', () => {
    observe(10, failed);
    clock.advance(999);
    expect(policy.allows(0)).toBe(false);

    clock.advance(1);
    expect(policy.allows(0)).toBe(true);
    expect(policy.allows(1)).toBe(false);

    observe(1, failed);
    expect(policy.allows(0)).toBe(false);
  });

  it.each([
    ['that was sent', sent],
    ['that the provider refused', refused],
  ])('is let go by a message %s', (_what, outcome) => {
    observe(10, failed);
    observe(1, outcome);

    expect(policy.allows(5)).toBe(true);
  });

  it('learns nothing from what came to no provider', () => {
    observe(50, notAsked);
    expect(policy.allows(5)).toBe(true);

    observe(10, failed);
    observe(1, { ...notAsked, retryable: false });
    observe(1, { kind: 'suppressed', reason: '' });
    expect(policy.allows(0)).toBe(false);
  });
});
