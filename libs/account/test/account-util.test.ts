import * as argon2 from 'argon2';
import { ServiceUnavailableError } from '@org/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { AccountUtil } from '../src/internal/account-util.ts';

vi.mock('argon2', { spy: true });

afterEach(() => {
  vi.clearAllMocks();
});

const CHEAP = { memoryKibibytes: 8, iterations: 1 };

describe(AccountUtil, () => {
  it('computes one hash per comparison, whether there is something to compare with or not', async () => {
    const util = new AccountUtil(CHEAP);
    const hashed = await util.hashPassword('secret');
    vi.clearAllMocks();

    await util.comparePassword('secret', hashed);
    await util.comparePassword('wrong', hashed);
    await util.compareWithNothing('wrong');

    expect(argon2.verify).toHaveBeenCalledTimes(3);
    expect(argon2.hash).not.toHaveBeenCalled();
  });

  it('compares with nothing at the same cost as with a hash of its own', async () => {
    const util = new AccountUtil(CHEAP);

    await util.compareWithNothing('anything');

    const [hashed] = vi.mocked(argon2.verify).mock.calls[0]!;
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    expect(await util.compareWithNothing('')).toBe(false);
  });

  it('computes as many hashes at a time as it is told, and refuses when too many wait', async () => {
    const util = new AccountUtil({ ...CHEAP, maximumConcurrency: 2, maximumQueueLength: 3 });
    let running = 0;
    let mostRunning = 0;
    const { hash } = await vi.importActual<typeof argon2>('argon2');
    vi.mocked(argon2.hash).mockImplementation(async (password, options) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      const hashed = await hash(password, { ...options, raw: false });
      running -= 1;
      return hashed;
    });

    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => util.hashPassword('secret')),
    );

    const refused = outcomes.filter(
      ({ status }) => status === 'rejected',
    ) as PromiseRejectedResult[];
    expect(mostRunning).toBe(2);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(refused).toHaveLength(3);
    expect(refused[0]!.reason).toBeInstanceOf(ServiceUnavailableError);
    expect(refused[0]!.reason).toMatchObject({ httpStatus: 503, retryAfterSeconds: 1 });
    vi.mocked(argon2.hash).mockRestore();
  });

  it('works again after it refused, also where there is nothing to compare with', async () => {
    const util = new AccountUtil({ ...CHEAP, maximumConcurrency: 1, maximumQueueLength: 1 });
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 5 }, () => util.hashPassword('secret')),
      util.compareWithNothing('secret'),
    ]);
    expect(outcomes.at(-1)!.status).toBe('rejected');

    expect(await util.compareWithNothing('secret')).toBe(false);

    await expect(util.hashPassword('secret')).resolves.toMatch(/^\$argon2id\$/);
  });
});
