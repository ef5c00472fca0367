import { describe, expect, it } from 'vitest';

import { describeShape } from '../../src/servers/answer-shape.ts';

const ACCOUNT = { id: '1', phone_number: null, tags: ['a'], name: { first: 'Ada' } };

describe(describeShape, () => {
  it('is the same for other values', () => {
    const another = { id: '2', phone_number: null, tags: ['b'], name: { first: 'Grace' } };
    expect(describeShape(another)).toBe(describeShape(ACCOUNT));
  });

  it.each([
    ['a name more', { ...ACCOUNT, age: 1 }],
    ['another type', { ...ACCOUNT, id: 1 }],
    ['a null', { ...ACCOUNT, id: null }],
    ['a value instead of null', { ...ACCOUNT, phone_number: '1' }],
    ['another name inside', { ...ACCOUNT, name: { last: 'Lovelace' } }],
  ])('differs by %s', (_difference, another) => {
    expect(describeShape(another)).not.toBe(describeShape(ACCOUNT));
  });
});
