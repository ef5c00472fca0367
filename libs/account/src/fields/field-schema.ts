import { check, toFieldName, type ErrorDetail } from '@org/core';
import type * as Type from 'typebox';
import { Has as isKnownFormat } from 'typebox/format';
import { Check, Errors } from 'typebox/value';

export type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

/** Keywords of JSON Schema that this reads. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** In UTF-16 code units: as much as an object may have. */
const MAXIMUM_TEXT_LENGTH = 1024 * 1024;
const text = check.text(MAXIMUM_TEXT_LENGTH, MAXIMUM_TEXT_LENGTH);

const JSON_TYPES = new Set<string>(['array', 'boolean', 'null', 'number', 'object', 'string']);

/** The types that values of a schema may have; none if it does not say, or not only JSON. */
export function jsonTypesOf(schema: JsonSchema): readonly JsonType[] {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) {
    const types = alternatives.map(jsonTypesOf);
    return types.some(({ length }) => length === 0) ? [] : [...new Set(types.flat())];
  }
  const named = schema.type ?? constantsOf(schema)?.map(typeOf) ?? [];
  const types = [named].flat().map((type) => (type === 'integer' ? 'number' : type));
  return types.every((type) => JSON_TYPES.has(type)) ? ([...new Set(types)] as JsonType[]) : [];
}

/** Whether JSON has it, at any depth: no `Date`, `NaN`, `undefined` or BigInt. */
export function isJson(value: unknown): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value);
  }
  if (typeof value !== 'object' || value === null) {
    return typeOf(value) !== 'undefined';
  }
  // Array.from has what `every` passes over: holes.
  const parts: unknown[] = Array.isArray(value) ? Array.from(value) : Object.values(value);
  return typeOf(value) !== 'undefined' && parts.every(isJson);
}

/** `undefined` for what JSON does not have. */
export function typeOf(value: unknown): JsonType | 'undefined' {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  const type = typeof value;
  const isPlain = type !== 'object' || Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && JSON_TYPES.has(type) ? (type as JsonType) : 'undefined';
}

/** The first format or pattern in a schema that nothing can check. */
export function findUncheckable(schema: unknown): string | undefined {
  let uncheckable: string | undefined;
  JSON.stringify(schema, (key, value: unknown) => {
    const check = typeof value === 'string' ? CHECKABLE[key] : undefined;
    if (check?.(value as string) === false) {
      uncheckable ??= `${key} ${String(value)}`;
    }
    return value;
  });
  return uncheckable;
}

const CHECKABLE: Readonly<Record<string, ((value: string) => boolean) | undefined>> = {
  format: isKnownFormat,
  pattern: isPattern,
};

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== '';
  } catch {
    return false;
  }
}

/**
 * Of a value that its schema refuses, or that is not read again as it is stored.
 *
 * @returns `undefined` if the value may be stored
 */
export function findProblem(
  schema: Type.TSchema,
  value: unknown,
  path: string,
): ErrorDetail | undefined {
  return findRefusal(schema, value, path) ?? findUnstorable(value, path);
}

/** What JSON cannot hold, or would hold as something else. */
function findUnstorable(value: unknown, path: string): ErrorDetail | undefined {
  if (typeof value === 'string') {
    return text(value, path);
  }
  const problem = check.jsonObject({ value }, path);
  const message = `${path.slice(1)} must hold only what JSON has`;
  return problem ?? (isJson(value) ? undefined : { path, message });
}

function findRefusal(schema: Type.TSchema, value: unknown, path: string): ErrorDetail | undefined {
  if (Check(schema, value)) {
    return undefined;
  }
  const [error] = findErrors(schema, value);
  const isOfAlternatives = error?.schemaPath.includes('/anyOf/') === true;
  if (error === undefined || isOfAlternatives || error.instancePath === '') {
    return detailOf(path, wordingOf(schema, value) ?? error?.message ?? 'is invalid');
  }
  return detailOf(path + error.instancePath, error.message);
}

/** A text that is too long is refused before a pattern takes minutes for it. */
function findErrors(schema: Type.TSchema, value: unknown): ReturnType<typeof Errors> {
  const cheapErrors = Errors(withoutCostlyKeywords(schema), value);
  return cheapErrors.length > 0 ? cheapErrors : Errors(schema, value);
}

/** Unlike `Check`, `Errors` goes on after a keyword that refuses the value. */
function withoutCostlyKeywords(schema: Type.TSchema): Type.TSchema {
  const costly: Readonly<Record<string, string>> = {
    pattern: 'string',
    format: 'string',
    uniqueItems: 'boolean',
  };
  return JSON.parse(JSON.stringify(schema), (keyword, value: unknown) =>
    typeof value === costly[keyword] ? undefined : value,
  ) as Type.TSchema;
}

/** In the words of the HTTP API. */
function wordingOf(schema: JsonSchema, value: unknown): string | undefined {
  const constants = constantsOf(schema);
  if (constants !== undefined) {
    return `must be ${listOf(constants.map((constant) => JSON.stringify(constant)))}`;
  }
  const types = jsonTypesOf(schema);
  return types.includes(typeOf(value) as JsonType)
    ? undefined
    : `must be ${listOf(types.map((type) => WITH_ARTICLE[type]))}`;
}

const WITH_ARTICLE: Readonly<Record<JsonType, string>> = {
  array: 'an array',
  boolean: 'a boolean',
  null: 'null',
  number: 'a number',
  object: 'a JSON object',
  string: 'a string',
};

/** If a schema allows only certain values. */
function constantsOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) {
    return [schema.const];
  }
  const alternatives = schema.anyOf?.map(constantsOf);
  return alternatives?.every((constants) => constants !== undefined) === true
    ? alternatives.flat()
    : schema.enum;
}

function listOf(items: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(items);
}

function detailOf(path: string, problem: string): ErrorDetail {
  return { path, message: `${toFieldName(path, 'fields')} ${problem}` };
}
