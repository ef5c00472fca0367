import { describe, expect, it } from 'vitest';

import { isVerifiableWithArgon2 } from '../src/internal/password/stored-hash-policy.ts';

const own = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const salt = 'c2FsdHNhbHRzYWx0';
const digest = 'ZGlnZXN0ZGlnZXN0ZGlnZXN0ZGlnZXN0';
const hashWith = (parameters: string, kind = 'argon2id', version = '$v=19') =>
  `$${kind}${version}$${parameters}$${salt}$${digest}`;

describe(isVerifiableWithArgon2, () => {
  it.each([
    ['ours', hashWith('m=19456,t=2,p=1')],
    ['in another order', hashWith('t=2,p=1,m=19456')],
    ['of another kind', hashWith('m=19456,t=2,p=1', 'argon2d')],
    ['of the third kind', hashWith('m=19456,t=2,p=1', 'argon2i')],
    ['of an earlier version', hashWith('m=19456,t=2,p=1', 'argon2i', '$v=16')],
    ['without a version', hashWith('m=19456,t=2,p=1', 'argon2i', '')],
    ['that takes all the memory it may', hashWith('m=262144,t=4,p=1')],
    ['that takes all the passes it may', hashWith('m=65536,t=16,p=1')],
    ['that takes all the lanes it may', hashWith('m=19456,t=2,p=16')],
  ])('takes a hash %s', (_what, hash) => {
    expect(isVerifiableWithArgon2(hash, own)).toBe(true);
  });

  it.each([
    ['of nothing', ''],
    ['of another algorithm', '$2b$10$abcdefghijklmnopqrstuv'],
    ['of no kind of Argon2', hashWith('m=19456,t=2,p=1', 'argon2x')],
    ['of a version that there is not', hashWith('m=19456,t=2,p=1', 'argon2id', '$v=18')],
    ['without a cost', hashWith('m=19456,t=2')],
    ['with a cost twice', hashWith('m=19456,t=2,t=2')],
    ['with a cost that is no number', hashWith('m=many,t=2,p=1')],
    ['with a cost of eleven digits', hashWith('m=00000019456,t=2,p=1')],
    ['with something before it', ` ${hashWith('m=19456,t=2,p=1')}`],
    ['with something after it', `${hashWith('m=19456,t=2,p=1')}$`],
    ['that takes too much memory', hashWith('m=262145,t=1,p=1')],
    ['that takes too many passes', hashWith('m=1024,t=17,p=1')],
    ['that takes too many lanes', hashWith('m=1024,t=1,p=17')],
    ['that takes too long', hashWith('m=262144,t=5,p=1')],
  ])('refuses one %s', (_what, hash) => {
    expect(isVerifiableWithArgon2(hash, own)).toBe(false);
  });

  it('takes what new hashes take, however much that is', () => {
    const most = { memoryCost: 524_288, timeCost: 20, parallelism: 32 };

    expect(isVerifiableWithArgon2(hashWith('m=524288,t=20,p=32'), most)).toBe(true);
    expect(isVerifiableWithArgon2(hashWith('m=524289,t=20,p=32'), most)).toBe(false);
    expect(isVerifiableWithArgon2(hashWith('m=524288,t=20,p=32'), own)).toBe(false);
  });
});
