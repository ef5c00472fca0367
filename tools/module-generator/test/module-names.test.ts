import { describe, expect, it } from 'vitest';

import { nameModule } from '../src/module-names.ts';

describe(nameModule, () => {
  it('writes a name in every form', () => {
    expect(nameModule({ name: 'billing', entity: 'credit-note' })).toEqual({
      name: 'billing',
      moduleCamel: 'billing',
      modulePascal: 'Billing',
      moduleConstant: 'BILLING',
      service: 'billing',
      entity: 'credit-note',
      entityCamel: 'creditNote',
      entityPascal: 'CreditNote',
      entitySnake: 'credit_note',
      entityWords: 'credit note',
      article: 'a',
      pluralCamel: 'creditNotes',
      pluralKebab: 'credit-notes',
      pluralPascal: 'CreditNotes',
      pluralSnake: 'credit_notes',
      pluralWords: 'credit notes',
      pluralSentence: 'Credit notes',
    });
  });

  it('calls a service by the plural where module and entity are one', () => {
    expect(nameModule({ name: 'invoice' })).toMatchObject({
      entity: 'invoice',
      service: 'invoices',
      article: 'an',
    });
  });

  it.each([
    ['invoice', 'invoices'],
    ['category', 'categories'],
    ['holiday', 'holidays'],
    ['address', 'addresses'],
    ['box', 'boxes'],
    ['batch', 'batches'],
  ])('forms the plural of %s', (entity, plural) => {
    expect(nameModule({ name: 'billing', entity }).pluralKebab).toBe(plural);
  });

  it('takes the plural that is given', () => {
    expect(nameModule({ name: 'person', plural: 'people' })).toMatchObject({
      pluralSnake: 'people',
      service: 'people',
    });
  });
});
