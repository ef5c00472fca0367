import { AccountBadRequestError, AccountService, defineAccountFields } from '@org/account';
import type {
  Account,
  AccountFieldDefinition,
  AccountFieldDefinitions,
  AccountServiceDependencies,
} from '@org/account';
import type { EventPublisher } from '@org/events';
import { Type } from 'typebox';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';

import { findProblem } from '../src/fields/field-schema.ts';
import { ada, anonymous, createServices, ownerOf } from './services.ts';
import type { TestServices } from './services.ts';

export const fields = defineAccountFields({
  company: { schema: Type.String({ maxLength: 20 }), optional: true, index: true },
  locale: { schema: Type.Union([Type.Literal('en'), Type.Literal('de')]), default: 'en' },
  employeeCount: { schema: Type.Integer({ minimum: 0 }), default: 0 },
  interests: { schema: Type.Array(Type.String({ maxLength: 10 })), default: [] },
  address: { schema: Type.Object({ city: Type.String() }), optional: true, redact: true },
  plan: { schema: Type.String(), default: 'free', write: 'operator' },
  riskScore: { schema: Type.Number(), default: 0, write: 'operator', read: 'operator' },
});

/** A pattern that takes minutes for thirty characters. */
const COSTLY = { pattern: '^(a+)+$', maxLength: 4 };
const LONG = 'x'.repeat(1024 * 1024 + 1);
const UNSTORABLE = 'address must be an object that JSON can hold';

function atCity(further: object): object {
  return { city: 'London', ...further };
}

const cyclic: Record<string, unknown> = { city: 'London' };
cyclic['cyclic'] = cyclic;

let services: TestServices;
let remove = async (): Promise<void> => undefined;

afterEach(async () => {
  await remove();
  remove = async () => undefined;
});

/** The same module, with declared fields. */
async function createAccounts<const Fields extends AccountFieldDefinitions>(
  declared: Fields,
  earlier?: TestServices,
): Promise<AccountService<Fields>> {
  services = earlier ?? (await createServices());
  remove = () => services.throwaway.remove();
  const accounts = AccountService.create({
    ...services,
    database: services.throwaway.database,
    fields: declared,
  });
  await accounts.initialize();
  return accounts;
}

function listening(published: unknown[]): EventPublisher {
  return {
    hasListeners: () => true,
    publish: async (_event, payload) => void published.push(payload),
  };
}

const DEFAULTS = {
  company: null,
  locale: 'en',
  employeeCount: 0,
  interests: [],
  address: null,
  plan: 'free',
  riskScore: 0,
};

describe('fields of one’s own', () => {
  it('have their defaults until they are set, and keep what is set', async () => {
    const accounts = await createAccounts(fields);

    const created = await accounts.createAccountByUsernameAndPassword(
      { ...ada, locale: 'de', interests: ['engines'] },
      anonymous,
    );

    expect(created).toMatchObject({ ...DEFAULTS, locale: 'de', interests: ['engines'] });
    const { id } = created;
    const owner = ownerOf(id);
    const set = { company: 'Analytical', address: { city: 'London' }, plan: 'pro', riskScore: 0.5 };
    await accounts.updateAccountProfile({ accountId: id, ...set }, owner);
    expect(await accounts.getAccountById({ id }, owner)).toMatchObject({
      firstName: 'Ada',
      locale: 'de',
      ...set,
    });
    await accounts.updateAccountProfile({ accountId: id, company: null }, owner);
    expect(await accounts.getAccountById({ id }, owner)).toMatchObject({ ...set, company: null });
    expect(await services.collection('accounts').findOne({})).toMatchObject({
      company: null,
      employee_count: 0,
      risk_score: 0.5,
    });
  });

  it('are in every account, also in one that signed up by phone', async () => {
    const accounts = await createAccounts(fields);
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

    const told = await accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    expect(told).toMatchObject(DEFAULTS);
    expect(await services.collection('accounts').findOne({})).toMatchObject({
      locale: 'en',
      plan: 'free',
    });
  });

  it('say nothing of an account to those who only know its number', async () => {
    const accounts = await createAccounts(fields);
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    const { id } = await accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
    await accounts.updateAccountProfile({ accountId: id, company: 'Analytical' }, ownerOf(id));
    services.clock.advance(60_000);

    const told = await accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    expect(told).toMatchObject({ id, ...DEFAULTS });
  });

  it.each([
    [{ company: 5 }, '/company', 'company must be a string'],
    [{ company: 'x'.repeat(21) }, '/company', 'company must not have more than 20 characters'],
    [{ plan: LONG }, '/plan', 'plan must have at most 1048576 characters'],
    [{ company: 'a\uD800' }, '/company', 'company must be well-formed Unicode'],
    [{ locale: 'fr' }, '/locale', 'locale must be "en" or "de"'],
    [{ locale: null }, '/locale', 'locale must be "en" or "de"'],
    [{ employeeCount: '7' }, '/employee_count', 'employee_count must be a number'],
    [{ employeeCount: -1 }, '/employee_count', 'employee_count must be >= 0'],
    [{ interests: ['engines', 7] }, '/interests/1', 'interests[1] must be string'],
    [{ address: [] }, '/address', 'address must be a JSON object'],
    [{ address: atCity({ _bsontype: 'Long' }) }, '/address', UNSTORABLE],
    [{ address: atCity({ at: [{ $ref: 'a.b', $id: 1 }] }) }, '/address', UNSTORABLE],
    [{ address: atCity({ at: '\uD800' }) }, '/address', UNSTORABLE],
    [{ address: atCity({ at: new Date(0) }) }, '/address', 'address must hold only what JSON has'],
    [{ address: atCity({ at: [Number.NaN] }) }, '/address', 'address must hold only what JSON has'],
    [{ address: atCity({ at: undefined }) }, '/address', 'address must hold only what JSON has'],
    [{ interests: new Array(1) }, '/interests', 'interests must hold only what JSON has'],
    [{ address: cyclic }, '/address', UNSTORABLE],
  ])('refuse %j', async (wrong, path, message) => {
    const accounts = await createAccounts(fields);
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);

    const change = accounts.updateAccountProfile(
      { accountId: id, firstName: 'Augusta', ...(wrong as object) },
      ownerOf(id),
    );
    const signUp = accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'grace', ...(wrong as object) },
      anonymous,
    );

    for (const refused of [change, signUp]) {
      await expect(refused).rejects.toThrow(AccountBadRequestError);
      await expect(refused).rejects.toMatchObject({ details: [{ path, message }] });
    }
    expect(await accounts.getAccountById({ id }, ownerOf(id))).toMatchObject({
      firstName: 'Ada',
      ...DEFAULTS,
    });
  });

  it('tell listeners which were given', async () => {
    const published: unknown[] = [];
    services = await createServices();
    const accounts = AccountService.create({
      ...services,
      database: services.throwaway.database,
      events: listening(published),
      fields,
    });
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);

    await accounts.updateAccountProfile(
      { accountId: id, firstName: null, company: null, plan: 'pro' },
      ownerOf(id),
    );

    expect(published.at(-1)).toEqual({ accountId: id, fields: ['company', 'plan'] });
  });

  it('are exported whole, and in the audit trail without what is redacted or not for owners', async () => {
    const accounts = await createAccounts(fields);
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const set = { company: 'Analytical', address: { city: 'London' }, riskScore: 0.5 };
    await accounts.updateAccountProfile({ accountId: id, ...set }, ownerOf(id));

    const { account, end } = await accounts.exportAccount({ accountId: id }, ownerOf(id));
    await end();

    expect(account).toMatchObject(set);
    const updated = await services.collection('audit_log').findOne({ action: 'update' });
    expect(updated?.['changes']).toEqual({
      company: { old: null, new: 'Analytical' },
      address: { old: null, new: '[redacted]' },
      risk_score: { old: '[redacted]', new: '[redacted]' },
    });
  });

  it('have an index if asked, and a validator that knows only types', async () => {
    await createAccounts(fields);
    const stored = services.collection('accounts');

    const [{ options } = {}] = await services.throwaway.database.driver
      .listCollections({ name: 'accounts' }, { nameOnly: false })
      .toArray();

    expect(await stored.indexExists('company_field_index')).toBe(true);
    const { validator } = options as { validator: { $jsonSchema: { properties: object } } };
    expect(validator.$jsonSchema.properties).toMatchObject({
      company: { bsonType: ['string', 'null'] },
      locale: { bsonType: ['string', 'null'] },
      employee_count: { bsonType: ['number', 'null'] },
      interests: { bsonType: ['array', 'null'] },
      address: { bsonType: ['object', 'null'] },
    });
  });
});

describe('a declaration that changes', () => {
  it('reads as its default where earlier accounts have no value, or one of another type', async () => {
    const before = await createAccounts({});
    const { id } = await before.createAccountByUsernameAndPassword(ada, anonymous);
    const stored = services.collection('accounts');
    await stored.updateOne({}, { $set: { company: 7, interests: null } });

    const accounts = await createAccounts(fields, services);

    expect(await accounts.getAccountById({ id }, ownerOf(id))).toMatchObject(DEFAULTS);
    await accounts.updateAccountProfile({ accountId: id, firstName: 'Augusta' }, ownerOf(id));
    expect(await stored.findOne({})).toMatchObject({ first_name: 'Augusta', company: 7 });
  });

  it('lets a process with another one clear a field', async () => {
    const nickname = Type.String();
    const accounts = await createAccounts({ nickname: { schema: nickname, optional: true } });
    const signUp = { ...ada, nickname: 'Ada' };
    const { id } = await accounts.createAccountByUsernameAndPassword(signUp, anonymous);

    const later = await createAccounts({ nickname: { schema: nickname, default: '-' } }, services);
    await accounts.updateAccountProfile({ accountId: id, nickname: null }, ownerOf(id));

    const { nickname: read } = await later.getAccountById({ id }, ownerOf(id));
    expect(read).toBe('-');
  });

  it('leaves accounts of a wider one readable and updatable', async () => {
    const wide = await createAccounts({
      company: { schema: Type.String(), optional: true },
      locale: { schema: Type.String(), default: 'fr' },
    });
    const { id } = await wide.createAccountByUsernameAndPassword(
      { ...ada, company: 'a very long name of a company' },
      anonymous,
    );

    const narrow = await createAccounts(fields, services);
    await narrow.updateAccountProfile({ accountId: id, firstName: 'Augusta' }, ownerOf(id));

    expect(await narrow.getAccountById({ id }, ownerOf(id))).toMatchObject({
      firstName: 'Augusta',
      company: 'a very long name of a company',
      locale: 'fr',
    });
  });
});

describe('a text that is too long', () => {
  it.each([
    ['its schema', Type.String(COSTLY), 'texts'],
    ['that of a part', Type.Object({ part: Type.String(COSTLY) }), { part: 'texts' }],
    ['one of several', Type.Union([Type.String(COSTLY), Type.Number()]), 'texts'],
  ])('is refused before the pattern of %s is tried', (_of, schema, value) => {
    const test = vi.spyOn(RegExp.prototype, 'test');

    const problem = findProblem(schema, value, '/x');

    const tried = test.mock.contexts.filter((each) => (each as RegExp).source === COSTLY.pattern);
    test.mockRestore();
    expect(problem?.message).toMatch(/ must not have more than 4 characters$|^x must match/);
    expect(tried).toEqual([]);
  });

  it('is otherwise refused by its pattern', () => {
    const schema = Type.Object({ pattern: Type.String(COSTLY) });

    const problem = findProblem(schema, { pattern: 'text' }, '/x');

    expect(problem).toEqual({
      path: '/x/pattern',
      message: 'pattern must match pattern "^(a+)+$"',
    });
  });
});

const declaredAs = (name: string) => ({ [name]: { schema: Type.String(), optional: true } });

const REFUSED: readonly (readonly [AccountFieldDefinitions, string])[] = [
  [{ x: { schema: Type.String() } }, 'x needs a default, or optional: true'],
  [
    { x: { schema: Type.String(), optional: true, default: 'a' } },
    'x is optional, so it has no default',
  ],
  [
    { x: { schema: Type.Literal('a'), default: 'b' } },
    'x has a default that is refused: default must be "a"',
  ],
  [
    { x: { schema: Type.String(), default: 'a\uD800' } },
    'x has a default that is refused: default must be well-formed Unicode',
  ],
  [
    { x: { schema: Type.Object({}), default: new Date(0) } },
    'x has a default that is refused: default must hold only what JSON has',
  ],
  // As from JavaScript: a misspelt `write` would let owners set what is an operator's.
  [
    { x: { schema: Type.String(), optional: true, writes: 'operator' } as AccountFieldDefinition },
    'x has the unknown key writes',
  ],
  [
    { x: { schema: Type.String(), optional: true, read: 'admin' as 'operator' } },
    'x is for owner or operator, not for admin',
  ],
  // What is truthy, but not true, would be a field with neither a default nor null.
  ...(['optional', 'index', 'redact'] as const).map(
    (key) =>
      [
        { x: { schema: Type.String(), default: 'a', [key]: 'yes' as unknown as true } },
        `x has a value of ${key} that is not true or false`,
      ] as const,
  ),
  ...[undefined, null, 'string', {}].map(
    (schema) =>
      [
        { x: { schema, optional: true } as unknown as AccountFieldDefinition },
        'x needs a schema of JSON types',
      ] as const,
  ),
  ...[undefined, null, 'string'].map(
    (definition) =>
      [
        { x: definition as unknown as AccountFieldDefinition },
        'x must be an object with a schema',
      ] as const,
  ),
  [{ x: { schema: Type.BigInt(), optional: true } }, 'x needs a schema of JSON types'],
  [{ x: { schema: Type.Any(), optional: true } }, 'x needs a schema of JSON types'],
  [
    { x: { schema: Type.String({ format: 'iban' }), optional: true } },
    'x has the format iban, which nothing can check',
  ],
  [
    { x: { schema: Type.Array(Type.String({ pattern: '(' })), default: [] } },
    'x has the pattern (, which nothing can check',
  ],
  [
    Object.fromEntries(
      Array.from({ length: 41 }, (_, index) => [
        `field${index}`,
        { schema: Type.String(), optional: true, index: true },
      ]),
    ),
    'At most 40 account fields can have an index.',
  ],
];
const NO_NAMES = ['snake_case', 'Pascal', '1st', '$set', 'a.b', '', 'x'.repeat(65)];
const USED_NAMES = [
  ...['id', 'username', 'hashedPassword', 'phoneNumber', 'active', 'createdAt', 'sessionEpoch'],
  ...['email', 'emailVerified', 'roles', 'disabledAt', 'token', 'newPassword', 'password'],
  ...['notificationPreferences', 'constructor', 'toString', 'erasure', 'deletedAt'],
];

describe('a declaration', () => {
  it.each([
    ...REFUSED,
    ...NO_NAMES.map((name) => [declaredAs(name), 'must have a name in camelCase'] as const),
    ...USED_NAMES.map((name) => [declaredAs(name), `${name} has a name that accounts`] as const),
  ])('is refused at the start: %j', (declared, message) => {
    // Refused before anything of them is used.
    const others = {} as AccountServiceDependencies;

    expect(() => AccountService.create({ ...others, fields: declared })).toThrow(message);
  });

  it('types accounts, sign-ups and updates', () => {
    type Declared = Account<typeof fields>;
    expectTypeOf<Declared['company']>().toEqualTypeOf<string | null>();
    expectTypeOf<Declared['locale']>().toEqualTypeOf<'en' | 'de'>();
    expectTypeOf<Declared['employeeCount']>().toEqualTypeOf<number>();
    expectTypeOf<Declared['firstName']>().toEqualTypeOf<string>();
    expectTypeOf<Account>().not.toHaveProperty('company');
    type Accounts = AccountService<typeof fields>;
    type Update = Parameters<Accounts['updateAccountProfile']>[0];
    expectTypeOf<{ accountId: string; locale: 'de'; company: null }>().toExtend<Update>();
    expectTypeOf<{ accountId: string; locale: 'fr' }>().not.toExtend<Update>();
    expectTypeOf<{ accountId: string; company: number }>().not.toExtend<Update>();
    // A module that knows of no fields takes the service with any.
    expectTypeOf<Accounts>().toExtend<AccountService>();
    // @ts-expect-error -- neither default nor optional
    defineAccountFields({ company: { schema: Type.String() } });
    // @ts-expect-error -- not of the schema's type
    defineAccountFields({ company: { schema: Type.String(), default: 7 } });
  });
});
