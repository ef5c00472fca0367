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
const checkRun = check.parameters(
  {
    at: check.optional(check.time),
    onEnd: check.optional(check.callback),
    line1: check.optional(check.list(check.flag)),
    '1st': check.optional(check.flag),
  },
  (message, details) => new RefusedError({ code: 'A', httpStatus: 400, message, details }),
);
const cyclic: Record<string, unknown> = {};
cyclic['cyclic'] = cyclic;
const deep = Array.from({ length: 100 }).reduce<object>((inner) => ({ inner }), {});

describe('times, functions and places', () => {
  it.each([{ at: new Date(0) }, { onEnd: () => undefined }, { line1: [true, false] }])(
    'may be what they are: %j',
    (params) => {
      expect(checkRun(params)).toBe(params);
    },
  );

  it.each([
    [{ at: new Date(Number.NaN) }, 'at must be a time'],
    [{ at: 0 }, 'at must be a time'],
    [{ at: '2026-01-01' }, 'at must be a time'],
    [{ onEnd: 'a name' }, 'on_end must be a function'],
    [{ onEnd: {} }, 'on_end must be a function'],
    [{ line1: [1] }, 'line1[0] must be a boolean'],
    [{ line1: [...Array<boolean>(10).fill(true), 1] }, 'line1[10] must be a boolean'],
    [{ '1st': 1 }, '1st must be a boolean'],
  ])('are refused by their names: %j', (params, message) => {
    expect(() => checkRun(params)).toThrow(message);
  });
});

describe(check.isOverlong, () => {
  it('is what has more than four code units for each character', () => {
    expect(check.isOverlong('a'.repeat(12), 3)).toBe(false);
    expect(check.isOverlong('a'.repeat(13), 3)).toBe(true);
  });
});

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
