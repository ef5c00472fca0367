import type { Recipe } from './recipe.ts';

const account = 'libs/account/src';
const model = `${account}/internal/store/account-model.ts`;
const parameters = `${account}/internal/account-parameters.ts`;
const forms = `${account}/rest-api/account-form-schema.ts`;
const replies = `${account}/rest-api/account-reply-schema.ts`;

export const accountField: Recipe = {
  name: 'a field of an account',
  maximumFiles: 5,
  edits: [
    [
      `${account}/types.ts`,
      'username: string;\n  readonly phoneNumber: PhoneNumber | null;',
      'username: string;\n  readonly nickname: string;\n  readonly phoneNumber: PhoneNumber | null;',
    ],
    [
      `${account}/types.ts`,
      'lastName?: string | null | undefined;',
      'lastName?: string | null | undefined;\n  readonly nickname?: string | null | undefined;',
    ],
    [model, '  /** PHC string', '  readonly nickname?: string;\n  /** PHC string'],
    [
      model,
      '  readonly hashedPassword: string;',
      '  readonly nickname: string;\n  readonly hashedPassword: string;',
    ],
    [
      model,
      '    this.hashedPassword =',
      "    this.nickname = fields.stringOrEmpty('nickname');\n    this.hashedPassword =",
    ],
    [
      model,
      'const { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt } = this;\n    return { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt };',
      'const { id, firstName, lastName, username, nickname, phoneNumber, createdAt, updatedAt } = this;\n    return { id, firstName, lastName, username, nickname, phoneNumber, createdAt, updatedAt };',
    ],
    [
      model,
      "  lastName,\n}: Profile): Partial<Pick<AccountDocument, 'first_name' | 'last_name'>> {",
      "  lastName,\n  nickname,\n}: Profile): Partial<Pick<AccountDocument, 'first_name' | 'last_name' | 'nickname'>> {",
    ],
    [
      model,
      '{ last_name: lastName }),',
      '{ last_name: lastName }),\n    ...(nickname == null ? {} : { nickname }),',
    ],
    [
      model,
      "      username: { bsonType: 'string' },",
      "      username: { bsonType: 'string' },\n      nickname: { bsonType: 'string' },",
    ],
    [
      parameters,
      'lastName: optional(nullable(name)) }',
      'lastName: optional(nullable(name)), nickname: optional(nullable(name)) }',
    ],
    [
      'libs/account/test/parameters.test.ts',
      'updateAccountProfile: [{ accountId, ...names }',
      "updateAccountProfile: [{ accountId, ...names, nickname: 'Countess' }",
    ],
    [
      forms,
      '{ first_name: Name, last_name: Name }',
      '{ first_name: Name, last_name: Name, nickname: Name }',
    ],
    [
      forms,
      "hasAny: ['first_name', 'last_name']",
      "hasAny: ['first_name', 'last_name', 'nickname']",
    ],
    [forms, 'lastName: body.last_name };', 'lastName: body.last_name, nickname: body.nickname };'],
    [
      replies,
      'username: Type.String(),\n    phone_number',
      'username: Type.String(),\n    nickname: Type.String(),\n    phone_number',
    ],
    [
      replies,
      'username: account.username,',
      'username: account.username,\n    nickname: account.nickname,',
    ],
  ],
};
