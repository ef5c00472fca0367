import { assertCollectionsDeclared, defineModule, InvalidModuleError } from '@org/core';
import { describe, expect, it } from 'vitest';

const personalData = { exported: true, end: 'erased' } as const;
const invoices = { collectionName: 'invoices', accountFields: ['account_id'] };
const prices = { collectionName: 'prices', accountFields: [] };

function owning(
  name: string,
  collections: NonNullable<Parameters<typeof defineModule>[0]['collections']>,
) {
  return defineModule({ name, collections });
}

describe(assertCollectionsDeclared, () => {
  it('accepts collections that are declared as they are', () => {
    const billing = owning('billing', {
      invoices: { holds: 'invoices', personalData },
      prices: { holds: 'prices' },
      unused: { holds: 'nothing yet' },
    });

    expect(() => assertCollectionsDeclared([billing], [invoices, prices])).not.toThrow();
  });

  it.each([
    ['of no module', [], /prices belongs to no module/],
    [
      'of two modules',
      [owning('billing', { prices: { holds: '' } }), owning('shop', { prices: { holds: '' } })],
      /Both billing and shop own the collection prices/,
    ],
  ])('refuses a collection %s', (_, modules, message) => {
    expect(() => assertCollectionsDeclared(modules, [prices])).toThrow(InvalidModuleError);
    expect(() => assertCollectionsDeclared(modules, [prices])).toThrow(message);
  });

  it('refuses one that refers to accounts without saying what becomes of it', () => {
    const billing = owning('billing', { invoices: { holds: 'invoices' } });

    expect(() => assertCollectionsDeclared([billing], [invoices])).toThrow(
      /invoices of billing refers to accounts \(account_id\)/,
    );
  });
});
