import { OperationContext, TooManyRequestsError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { accountId, createServices, DAY, HOUR, outcomesOf, type TestServices } from './services.ts';

const name = 'ada@example.org';
const home = from('203.0.113.7');
const office = from('203.0.113.8');

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ throttled: true });
});
afterEach(async () => {
  await services.remove();
});

function from(address: string): OperationContext {
  return OperationContext.anonymous('request-1', address);
}

async function logIn(by: OperationContext, username = name): Promise<void> {
  await (await services.throttle.beginLogin({ name: username }, by)).succeed({ accountId });
}

function request(by: OperationContext, username = name): Promise<void> {
  return services.throttle.consumePasswordResetRequest({ name: username }, by);
}

/** Asks for each of the names, from sources of their own. */
function requestAll(names: readonly string[]): Promise<Record<string, number>> {
  return outcomesOf(names.map((username, index) => request(from(`198.51.100.${index}`), username)));
}

function namesOfMailbox(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `ada+${index}@example.org`);
}

describe('reset requests for one mailbox by many names', () => {
  it('are ten a day, whether or not the names exist', async () => {
    expect(await requestAll(namesOfMailbox(40))).toEqual({
      fulfilled: 10,
      TooManyRequestsError: 30,
    });

    await expect(request(office)).rejects.toThrow(TooManyRequestsError);
    services.clock.advance(DAY);
    await request(office);
  });

  it('are counted together in every spelling of its domain', async () => {
    const domains = ['EXÄMPLE.org', 'xn--exmple-cua.ORG', 'exämple.org'];
    const names = Array.from({ length: 12 }, (_, index) => `Ada+${index}@${domains[index % 3]}`);

    expect(await requestAll(names)).toEqual({ fulfilled: 10, TooManyRequestsError: 2 });
  });

  it('are ten a day more from all sources that logged in by one of them', async () => {
    const sources = Array.from({ length: 15 }, (_, index) => from(`198.51.100.${index}`));
    for (const source of sources) {
      await logIn(source, 'ada+1@example.org');
    }

    const outcomes = await outcomesOf(sources.map((by) => request(by, 'ada+1@example.org')));

    expect(outcomes).toEqual({ fulfilled: 10, TooManyRequestsError: 5 });
  });
});

describe('a source that the owner logged in from', () => {
  beforeEach(async () => {
    await logIn(home);
  });

  it('has three reset requests an hour that strangers cannot use up', async () => {
    await requestAll(Array(4).fill(name));
    await expect(request(office)).rejects.toThrow(TooManyRequestsError);

    for (let time = 0; time < 3; time += 1) {
      await request(home);
    }

    await expect(request(home)).rejects.toMatchObject({ retryAfterSeconds: HOUR / 1_000 });
  });

  it('loses none to strangers who sign up by other names of the mailbox', async () => {
    await requestAll(namesOfMailbox(11));
    const sources = Array.from({ length: 11 }, (_, index) => from(`198.51.100.${index}`));
    for (const source of sources) {
      await logIn(source, 'ada+1@example.org');
    }
    await outcomesOf(sources.map((by) => request(by, 'ada+1@example.org')));

    await request(home);
  });
});

describe('a reset request', () => {
  it.each(['ada', 'nobody'])('for %s takes one read and a count of each budget', async (asked) => {
    await logIn(home, 'ada');
    services.commands.length = 0;

    await request(office, asked);

    expect(services.commands).toEqual(['find', 'findAndModify', 'findAndModify', 'findAndModify']);
  });
});
