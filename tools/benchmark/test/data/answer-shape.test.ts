import { describe, expect, it } from 'vitest';

import { assertSameShape, shapeOf, DifferentAnswersError } from '../../src/data/answer-shape.ts';

const ACCOUNT = { id: '1', phone_number: null, tags: ['a'], name: { first: 'Ada' } };

describe(shapeOf, () => {
  it('is the same for other values', () => {
    const another = { id: '2', phone_number: null, tags: ['b'], name: { first: 'Grace' } };
    expect(shapeOf(another)).toBe(shapeOf(ACCOUNT));
  });

  it.each([
    ['a name more', { ...ACCOUNT, age: 1 }],
    ['another type', { ...ACCOUNT, id: 1 }],
    ['a null', { ...ACCOUNT, id: null }],
    ['a value instead of null', { ...ACCOUNT, phone_number: '1' }],
    ['another name inside', { ...ACCOUNT, name: { last: 'Lovelace' } }],
  ])('differs by %s', (_difference, another) => {
    expect(shapeOf(another)).not.toBe(shapeOf(ACCOUNT));
  });
});

describe(assertSameShape, () => {
  it('accepts other values', () => {
    expect(() => assertSameShape({ id: 1 }, { id: 2 })).not.toThrow();
  });

  it('shows both answers when they differ', () => {
    const differing = (): void => assertSameShape({ id: 1 }, { id: '1' });
    expect(differing).toThrow(DifferentAnswersError);
    expect(differing).toThrow('program: {"id":"number"}\nlimit:   {"id":"string"}');
  });
});
