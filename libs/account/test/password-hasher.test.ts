import * as argon2 from 'argon2';
import * as bcrypt from 'bcrypt';
import { ServiceUnavailableError } from '@org/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { PasswordHasher } from '../src/internal/password/password-hasher.ts';

vi.mock('argon2', { spy: true });

afterEach(() => {
  vi.clearAllMocks();
});

const CHEAP = { memoryKibibytes: 8, iterations: 1 };

describe(PasswordHasher, () => {
  it('computes one hash per comparison, whether there is something to compare with or not', async () => {
    const hasher = new PasswordHasher(CHEAP);
    const hashed = await hasher.hash('secret');
    vi.clearAllMocks();

    await hasher.compare('secret', hashed);
    await hasher.compare('wrong', hashed);
    await hasher.compare('wrong', '');

    expect(argon2.verify).toHaveBeenCalledTimes(3);
    expect(argon2.hash).not.toHaveBeenCalled();
  });

  it.each([
    ['no hash', 'anything', ''],
    ['a hash of no known kind', 'anything', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['a password that is too long', 'x'.repeat(129), '$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA'],
  ])('does the same work for %s, and hashes the password', async (_what, password, hash) => {
    const hasher = new PasswordHasher(CHEAP);

    expect(await hasher.compare(password, hash)).toBe(false);

    const [decoy, compared] = vi.mocked(argon2.verify).mock.calls[0]!;
    expect(argon2.verify).toHaveBeenCalledTimes(1);
    expect(decoy).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    expect(decoy).not.toBe(hash);
    expect(compared).toBe(password.length > 128 ? '' : password);
  });

  const salt = 'c29tZXNhbHQxMjM';
  const digest = 'aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
  const bcryptDigest = 'N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';

  describe.each([
    ['more memory than one login may take', `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${digest}`],
    ['too many passes', `$argon2id$v=19$m=8,t=4294967295,p=1$${salt}$${digest}`],
    ['too many lanes', `$argon2id$v=19$m=1024,t=1,p=255$${salt}$${digest}`],
    ['much memory, and many passes', `$argon2id$v=19$m=262144,t=16,p=1$${salt}$${digest}`],
    ['a parameter twice', `$argon2id$v=19$m=8,t=1,m=4194304$${salt}$${digest}`],
    ['another parameter', `$argon2id$v=19$m=8,t=1,p=1,x=9$${salt}$${digest}`],
    ['no parameters', `$argon2id$v=19$${salt}$${digest}`],
    ['parameters that do not go together', `$argon2id$v=19$m=8,t=1,p=16$${salt}$${digest}`],
    ['a version of the future', `$argon2id$v=99$m=8,t=1,p=1$${salt}$${digest}`],
    ['a bcrypt cost of 99', `$2b$99$${bcryptDigest}`],
    ['a bcrypt cost of 31', `$2b$31$${bcryptDigest}`],
    ['a bcrypt cost of 0', `$2b$00$${bcryptDigest}`],
    ['a bcrypt hash that was cut', `$2b$10$${bcryptDigest.slice(1)}`],
  ])('a stored hash of %s', (_what, hash) => {
    it('is wrong after the work of the decoy, not its own', async () => {
      const hasher = new PasswordHasher(CHEAP);

      expect(await hasher.compare('secret', hash)).toBe(false);

      const calls = vi.mocked(argon2.verify).mock.calls;
      expect(calls.at(-1)![0]).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
      expect(calls.at(-1)![0]).not.toBe(hash);
    });
  });

  it('verifies what other programs usually store, and what its own setting costs', () => {
    const costly = new PasswordHasher({ memoryKibibytes: 1_048_576, iterations: 4 });
    const hasher = new PasswordHasher(CHEAP);

    // The defaults of RFC 9106, libsodium and OWASP.
    for (const parameters of ['m=65536,t=3,p=4', 'm=262144,t=3,p=1', 'm=47104,t=1,p=1']) {
      expect(hasher.isVerifiable(`$argon2id$v=19$${parameters}$${salt}$${digest}`)).toBe(true);
    }
    expect(hasher.isVerifiable(`$2b$14$${bcryptDigest}`)).toBe(true);
    const own = `$argon2id$v=19$m=1048576,t=4,p=1$${salt}$${digest}`;
    expect([hasher.isVerifiable(own), costly.isVerifiable(own)]).toEqual([false, true]);
  });

  it('computes as many hashes at a time as it is told, and refuses when too many wait', async () => {
    const hasher = new PasswordHasher({ ...CHEAP, maximumConcurrency: 2, maximumQueueLength: 3 });
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
      Array.from({ length: 8 }, () => hasher.hash('secret')),
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
    const hasher = new PasswordHasher({ ...CHEAP, maximumConcurrency: 1, maximumQueueLength: 1 });
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 5 }, () => hasher.hash('secret')),
      hasher.compare('secret', ''),
    ]);
    expect(outcomes.at(-1)!.status).toBe('rejected');

    expect(await hasher.compare('secret', '')).toBe(false);

    await expect(hasher.hash('secret')).resolves.toMatch(/^\$argon2id\$/);
  });

  describe('with the bcrypt hash of an earlier backend', () => {
    it.each(['$2a$', '$2b$'])('compares a %s hash', async (version) => {
      const hasher = new PasswordHasher(CHEAP);
      const hashed = (await bcrypt.hash('analytical engine', 4)).replace('$2b$', version);

      expect(await hasher.compare('analytical engine', hashed)).toBe(true);
      expect(await hasher.compare('difference engine', hashed)).toBe(false);
    });

    it('compares the code points as they were sent', async () => {
      const hasher = new PasswordHasher(CHEAP);
      const hashed = await bcrypt.hash('Zoe\u0308 \ufb01nds it', 4);

      expect(await hasher.compare('Zoe\u0308 \ufb01nds it', hashed)).toBe(true);
      expect(await hasher.compare('Zo\u00eb finds it', hashed)).toBe(false);
    });

    it('reads 72 bytes, as the earlier backend did, of a password of any length', async () => {
      const hasher = new PasswordHasher(CHEAP);
      const hashed = await bcrypt.hash('x'.repeat(200), 4);

      expect(await hasher.compare('x'.repeat(200), hashed)).toBe(true);
      expect(await hasher.compare(`${'x'.repeat(72)}yz`, hashed)).toBe(true);
      expect(await hasher.compare('x'.repeat(71), hashed)).toBe(false);
    });
  });

  describe('a hash', () => {
    const hasher = new PasswordHasher({ memoryKibibytes: 1024, iterations: 2 });
    const rest = 'c29tZXNhbHQ$aGFzaA';

    it.each([
      ['of less memory', `$argon2id$v=19$m=512,t=2,p=1$${rest}`],
      ['of fewer passes', `$argon2id$v=19$m=1024,t=1,p=1$${rest}`],
      ['of another kind of Argon2', `$argon2i$v=19$m=1024,t=2,p=1$${rest}`],
      ['of an older version', `$argon2id$v=16$m=1024,t=2,p=1$${rest}`],
      ['without a version', `$argon2id$m=1024,t=2,p=1$${rest}`],
      ['of bcrypt', '$2b$10$abcdefghijklmnopqrstuv'],
    ])('%s is outdated', (_what, hash) => {
      expect(hasher.isOutdated(hash, 'analytical engine')).toBe(true);
    });

    it.each([
      ['of the same cost', `$argon2id$v=19$m=1024,t=2,p=1$${rest}`],
      ['with its parameters in another order', `$argon2id$v=19$m=1024,p=1,t=2$${rest}`],
      ['of more cost', `$argon2id$v=19$m=65536,t=3,p=4$${rest}`],
    ])('%s is not', (_what, hash) => {
      expect(hasher.isOutdated(hash, 'analytical engine')).toBe(false);
    });

    it('of bcrypt stays where the password would be too long for ours', () => {
      expect(hasher.isOutdated('$2b$10$abcdefghijklmnopqrstuv', 'x'.repeat(129))).toBe(false);
    });
  });
});
