import { AppError, check } from '@org/core';
import { describe, expect, it } from 'vitest';

class RefusedError extends AppError {}

const checkPerson = check.parameters(
  {
    firstName: check.text(3),
    token: check.anyText,
    isTall: check.optional(check.flag),
    phoneNumber: check.nullable(check.phoneNumberParts),
    tags: check.optional(check.list(check.oneOf('one', 'two'))),
  },
  (message, details) => new RefusedError({ code: 'A', httpStatus: 400, message, details }),
);
const person = { firstName: 'Ada', token: '', phoneNumber: null };

function refusalOf(params: unknown): Pick<AppError, 'message' | 'details'> | undefined {
  try {
    checkPerson(params);
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedError);
    return error as RefusedError;
  }
  return undefined;
}

const checkStored = check.parameters(
  {
    id: check.id,
    payload: check.optional(check.jsonObject),
    changes: check.optional(check.dictionary(check.flag)),
  },
  (message, details) => new RefusedError({ code: 'A', httpStatus: 400, message, details }),
);
const cyclic: Record<string, unknown> = {};
cyclic['cyclic'] = cyclic;
const deep = Array.from({ length: 100 }).reduce<object>((inner) => ({ inner }), {});

describe('what is stored as it is', () => {
  it.each([
    { id: 'a'.repeat(1_024), payload: { at: new Date(), none: undefined, list: [1, null] } },
    { id: '', payload: { $set: { 'a.b': 1 }, schema: { $ref: '#/a' }, '': 'a\0' } },
    { id: '', payload: {}, changes: { name: true } },
  ])('may be anything that MongoDB can hold', (params) => {
    expect(checkStored(params)).toBe(params);
  });

  it.each([
    ['a long id', { id: 'a'.repeat(1_025) }],
    ['a BigInt', { id: '', payload: { number: 1n } }],
    ['a cycle', { id: '', payload: cyclic }],
    ['a NUL in a name', { id: '', payload: { list: [{ 'a\0': 1 }] } }],
    ['a lone surrogate', { id: '', payload: { list: ['\uD800'] } }],
    ['a lone surrogate in a name', { id: '', payload: { '\uD800': 1 } }],
    ['a type of the driver', { id: '', payload: { list: [{ _bsontype: 'Long' }] } }],
    ['a reference of the driver', { id: '', payload: { to: { $ref: 'a', $id: 1 } } }],
    ['an object without JSON', { id: '', payload: { toJSON: () => undefined } }],
    ['an object that is a text in JSON', { id: '', payload: new Date() }],
    ['a long payload', { id: '', payload: { text: 'a'.repeat(1024 * 1024) } }],
    ['a deep payload', { id: '', payload: deep }],
    ['a NUL in the name of a field', { id: '', changes: { 'a\0': true } }],
    ['a field of another type', { id: '', changes: { name: 1 } }],
    ['no object', { id: '', changes: [] }],
  ])('is not %s', (_what, params) => {
    expect(() => checkStored(params)).toThrow(RefusedError);
  });
});

describe('check.parameters', () => {
  it('gives back what it was given', () => {
    expect(checkPerson(person)).toBe(person);
  });

  it.each([
    [undefined, '', 'params must be a JSON object'],
    [null, '', 'params must be a JSON object'],
    [[], '', 'params must be a JSON object'],
    [{ ...person, firstName: undefined }, '/first_name', 'first_name must be a string'],
    [{ ...person, firstName: 1 }, '/first_name', 'first_name must be a string'],
    [{ ...person, firstName: { $gt: '' } }, '/first_name', 'first_name must be a string'],
    [
      { ...person, firstName: 'a'.repeat(13) },
      '/first_name',
      'first_name must have at most 3 characters',
    ],
    [{ ...person, firstName: '\ud800' }, '/first_name', 'first_name must be well-formed Unicode'],
    [{ ...person, token: 'a\udc00' }, '/token', 'token must be well-formed Unicode'],
    [{ ...person, isTall: 'yes' }, '/is_tall', 'is_tall must be a boolean'],
    [
      { ...person, phoneNumber: { countryCode: '+1' } },
      '/phone_number/phone_number',
      'phone_number must be a string',
    ],
    [{ ...person, tags: 'one' }, '/tags', 'tags must be an array'],
    [{ ...person, tags: ['one', 'three'] }, '/tags/1', 'tags[1] must be one of one, two'],
  ])('refuses %j and names the field', (params, path, message) => {
    expect(refusalOf(params)).toMatchObject({ message, details: [{ path, message }] });
  });

  it.each([
    { ...person, firstName: 'a'.repeat(12), token: 'a'.repeat(100_000) },
    { ...person, isTall: true, phoneNumber: { countryCode: '', phoneNumber: '' }, tags: ['two'] },
  ])('leaves to the module what may be right', (params) => {
    expect(refusalOf(params)).toBeUndefined();
  });
});
