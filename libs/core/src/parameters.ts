import type { AppError, ErrorDetail } from './errors.ts';
import { toFieldName } from './field-name.ts';

/** Checks a parameter at this path; returns `undefined` if it is valid. */
export type ParameterCheck = (value: unknown, path: string) => ErrorDetail | undefined;

/** Most code units that one character may be sent as: decomposed, or outside the BMP. */
const UNITS_PER_CHARACTER = 4;
/** Longer than any id, digest or address, and short enough to store and look up. */
const MAXIMUM_ID_LENGTH = 1_024;
/** BSON is several times as long, and a document is limited to 16 MB and a hundred levels. */
const MAXIMUM_JSON_LENGTH = 1024 * 1024;
const MAXIMUM_JSON_DEPTH = 80;

/**
 * Declares a service method's parameters. The service checks them before anything else: types, raw
 * lengths and surrogates, which takes only a glance at each field.
 *
 * @param fields by parameter name; messages and paths use its snake_case form, as on the wire
 * @param refuse makes the module's own 400
 * @returns a function that returns its argument, or throws `refuse`'s error for the first invalid
 *   field
 */
function parameters(
  fields: Readonly<Record<string, ParameterCheck>>,
  refuse: (message: string, details: readonly ErrorDetail[]) => AppError,
): <Params>(params: Params) => Params {
  const check = record(fields);
  return (params) => {
    const problem = check(params, '');
    if (problem !== undefined) {
      throw refuse(problem.message, [problem]);
    }
    return params;
  };
}

/**
 * Well-formed text that is to be stored. Its raw length is checked before anything normalises it;
 * the module itself counts the characters afterwards.
 *
 * @param characters the maximum, for the message
 * @param maximumLength in UTF-16 code units; default: 4 per character
 */
function text(
  characters: number,
  maximumLength: number = characters * UNITS_PER_CHARACTER,
): ParameterCheck {
  return (value, path) =>
    typeof value === 'string' && value.length > maximumLength
      ? problem(path, `must have at most ${characters} characters`)
      : anyText(value, path);
}

/** Whether a text is certainly longer than this many characters, judging by its raw length. */
function isOverlong(value: string, characters: number): boolean {
  return value.length > characters * UNITS_PER_CHARACTER;
}

/** Well-formed text of any length: the callee bounds it. */
const anyText: ParameterCheck = (value, path) => {
  if (typeof value !== 'string') {
    return problem(path, 'must be a string');
  }
  return value.isWellFormed() ? undefined : problem(path, 'must be well-formed Unicode');
};

/** Text that is stored or looked up as it is: an id, a digest, the name of a kind. */
const id: ParameterCheck = text(MAXIMUM_ID_LENGTH, MAXIMUM_ID_LENGTH);

const flag = must('be a boolean', (value) => typeof value === 'boolean');
const finiteNumber = must('be a number', Number.isFinite);
const time = must('be a time', (value) => value instanceof Date && !Number.isNaN(value.getTime()));
const abortSignal = must('be an AbortSignal', (value) => value instanceof AbortSignal);
const callback = must('be a function', (value) => typeof value === 'function');

/** Anything; it is checked elsewhere. */
const anything: ParameterCheck = () => undefined;

const anyObject = must(
  'be a JSON object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

function must(reason: string, accepts: (value: unknown) => boolean): ParameterCheck {
  return (value, path) => (accepts(value) ? undefined : problem(path, `must ${reason}`));
}

function record(fields: Readonly<Record<string, ParameterCheck>>): ParameterCheck {
  const checks = Object.entries(fields).map(
    ([name, check]) => [name, `/${toWireName(name)}`, check] as const,
  );
  return (value, path) =>
    anyObject(value, path) ??
    findFirst(checks, ([name, suffix, check]) =>
      check((value as Record<string, unknown>)[name], path + suffix),
    );
}

function list(check: ParameterCheck): ParameterCheck {
  return (value, path) =>
    Array.isArray(value)
      ? findFirst(value.entries(), ([index, item]) => check(item, `${path}/${index}`))
      : problem(path, 'must be an array');
}

/** An object with arbitrary field names and checked values. */
function dictionary(check: ParameterCheck): ParameterCheck {
  return (value, path) =>
    anyObject(value, path) ??
    findFirst(
      Object.entries(value as object),
      ([name, item]) => findNameProblem(name, path) ?? check(item, `${path}/${name}`),
    );
}

function findFirst<Item>(
  items: Iterable<Item>,
  findProblem: (item: Item) => ErrorDetail | undefined,
): ErrorDetail | undefined {
  for (const item of items) {
    const found = findProblem(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function findNameProblem(name: string, path: string): ErrorDetail | undefined {
  return name.includes('\0') || id(name, path) !== undefined
    ? problem(path, 'must have fields that MongoDB can name')
    : undefined;
}

/**
 * An object that JSON and MongoDB can hold: no BigInt, cycle, NUL in a name or lone surrogate, not
 * too deep or long, and nothing that MongoDB's driver takes for a type of its own.
 */
const jsonObject: ParameterCheck = (value, path) =>
  anyObject(value, path) ??
  (isStorableAsJson(value) ? undefined : problem(path, 'must be an object that JSON can hold'));

function isStorableAsJson(value: unknown): boolean {
  try {
    const json = JSON.stringify(value) as string | undefined;
    const isObject = json?.startsWith('{') === true && json.length <= MAXIMUM_JSON_LENGTH;
    return isObject && isStorable(JSON.parse(json));
  } catch {
    return false;
  }
}

function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') {
    return value.isWellFormed();
  }
  if (typeof value !== 'object' || value === null) {
    return true;
  }
  return (
    depth < MAXIMUM_JSON_DEPTH &&
    !isTakenForBsonType(value) &&
    Object.entries(value).every(
      ([name, item]) => !name.includes('\0') && name.isWellFormed() && isStorable(item, depth + 1),
    )
  );
}

/** The driver refuses what has a `_bsontype`, and reads a `DBRef` where `$ref` and `$id` are. */
function isTakenForBsonType(value: object): boolean {
  const has = (name: string) => Object.hasOwn(value, name);
  return has('_bsontype') || (has('$ref') && has('$id'));
}

function oneOf(...values: readonly string[]): ParameterCheck {
  return must(`be one of ${values.join(', ')}`, (value) => values.includes(value as string));
}

function optional(check: ParameterCheck): ParameterCheck {
  return (value, path) => (value === undefined ? undefined : check(value, path));
}

function nullable(check: ParameterCheck): ParameterCheck {
  return (value, path) => (value === null ? undefined : check(value, path));
}

/** Both parts of a phone number. One that is too long is not a valid number. */
const phoneNumberParts: ParameterCheck = record({
  countryCode: anyText,
  phoneNumber: anyText,
});

function problem(path: string, reason: string): ErrorDetail {
  return { path, message: `${toFieldName(path, 'params')} ${reason}` };
}

function toWireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Declarations of service parameters, by kind; see {@link parameters}. */
export const check = {
  parameters,
  record,
  list,
  dictionary,
  optional,
  nullable,
  text,
  anyText,
  id,
  flag,
  finiteNumber,
  time,
  abortSignal,
  callback,
  oneOf,
  anything,
  anyObject,
  jsonObject,
  phoneNumberParts,
  isOverlong,
} as const;
