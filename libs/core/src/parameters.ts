import type { AppError, ErrorDetail } from './errors.ts';

/** What is wrong with a parameter at this path; `undefined` if nothing is. */
export type ParameterCheck = (value: unknown, path: string) => ErrorDetail | undefined;

/** Code units that one character may be sent as and still be one: decomposed, or outside the BMP. */
const UNITS_PER_CHARACTER = 4;
/** Longer than any id, digest or address, and short enough to be stored and looked for. */
const MAXIMUM_ID_LENGTH = 1_024;
/** As BSON it is several times as long, and a document has 16 MB and a hundred levels. */
const MAXIMUM_JSON_LENGTH = 1024 * 1024;
const MAXIMUM_JSON_DEPTH = 80;

/**
 * Declares what a service method is given. A service checks it before anything else is done with it:
 * types, raw lengths and surrogates, which costs no more than a look at each field.
 *
 * @param fields by the name of the parameter; messages and paths name it in snake_case, as on the wire
 * @param refuse makes the module's own 400
 * @returns a function that gives back what it was given, and throws `refuse`'s error for the first
 *   field that is wrong
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
 * A well-formed text that is set or stored. Refused by its raw length before anybody normalises it;
 * how many characters it has then, the module judges itself.
 *
 * @param characters how many it may have, for the message
 * @param maximumLength in UTF-16 code units; default: 4 for each character
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

/** Whether a text is longer than any of so many characters can be; a look at its raw length. */
function isOverlong(value: string, characters: number): boolean {
  return value.length > characters * UNITS_PER_CHARACTER;
}

/** A well-formed text of any length: whoever takes it bounds it, since too long a one is just wrong. */
const anyText: ParameterCheck = (value, path) => {
  if (typeof value !== 'string') {
    return problem(path, 'must be a string');
  }
  return value.isWellFormed() ? undefined : problem(path, 'must be well-formed Unicode');
};

/** A text that is stored or looked for as it is: an id, a digest, the name of a kind. */
const id: ParameterCheck = text(MAXIMUM_ID_LENGTH, MAXIMUM_ID_LENGTH);

const flag: ParameterCheck = (value, path) =>
  typeof value === 'boolean' ? undefined : problem(path, 'must be a boolean');

const finiteNumber: ParameterCheck = (value, path) =>
  Number.isFinite(value) ? undefined : problem(path, 'must be a number');

const time: ParameterCheck = (value, path) =>
  value instanceof Date && !Number.isNaN(value.getTime())
    ? undefined
    : problem(path, 'must be a time');

const abortSignal: ParameterCheck = (value, path) =>
  value instanceof AbortSignal ? undefined : problem(path, 'must be an AbortSignal');

const callback: ParameterCheck = (value, path) =>
  typeof value === 'function' ? undefined : problem(path, 'must be a function');

/** Whatever is given; somebody else judges it. */
const anything: ParameterCheck = () => undefined;

/** An object of whatever fields. */
const anyObject: ParameterCheck = (value, path) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : problem(path, 'must be a JSON object');

/** An object whose fields are all checked. */
function record(fields: Readonly<Record<string, ParameterCheck>>): ParameterCheck {
  const checks = Object.entries(fields).map(
    ([name, check]) => [name, `/${toWireName(name)}`, check] as const,
  );
  return (value, path) => {
    const problem = anyObject(value, path);
    if (problem !== undefined) {
      return problem;
    }
    for (const [name, suffix, check] of checks) {
      const found = check((value as Record<string, unknown>)[name], path + suffix);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  };
}

function list(check: ParameterCheck): ParameterCheck {
  return (value, path) => {
    if (!Array.isArray(value)) {
      return problem(path, 'must be an array');
    }
    for (const [index, item] of value.entries()) {
      const problem = check(item, `${path}/${index}`);
      if (problem !== undefined) {
        return problem;
      }
    }
    return undefined;
  };
}

/** An object with fields of any names, each of which is checked. */
function dictionary(check: ParameterCheck): ParameterCheck {
  return (value, path) => {
    const problem = anyObject(value, path);
    if (problem !== undefined) {
      return problem;
    }
    for (const [name, item] of Object.entries(value as object)) {
      const found = findNameProblem(name, path) ?? check(item, `${path}/${name}`);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  };
}

function findNameProblem(name: string, path: string): ErrorDetail | undefined {
  return name.includes('\0') || id(name, path) !== undefined
    ? problem(path, 'must have fields that MongoDB can name')
    : undefined;
}

/**
 * An object of whatever fields that is stored as JSON: neither BigInt nor cycle in it, no name with a
 * NUL, not nested too deep and not too long for MongoDB.
 */
const jsonObject: ParameterCheck = (value, path) =>
  anyObject(value, path) ??
  (isJsonObject(value) ? undefined : problem(path, 'must be an object that JSON can hold'));

/** Whether JSON can be made of it, and that is an object which MongoDB can hold. */
function isJsonObject(value: unknown): boolean {
  try {
    const json = JSON.stringify(value) as string | undefined;
    const isObject = json?.startsWith('{') === true && json.length <= MAXIMUM_JSON_LENGTH;
    return isObject && isStorable(JSON.parse(json));
  } catch {
    return false;
  }
}

function isStorable(value: unknown, depth = 0): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (depth < MAXIMUM_JSON_DEPTH &&
      Object.entries(value).every(
        ([name, item]) => !name.includes('\0') && isStorable(item, depth + 1),
      ))
  );
}

function oneOf(...values: readonly string[]): ParameterCheck {
  return (value, path) =>
    typeof value === 'string' && values.includes(value)
      ? undefined
      : problem(path, `must be one of ${values.join(', ')}`);
}

/** May be `undefined`. */
function optional(check: ParameterCheck): ParameterCheck {
  return (value, path) => (value === undefined ? undefined : check(value, path));
}

/** May be `null`. */
function nullable(check: ParameterCheck): ParameterCheck {
  return (value, path) => (value === null ? undefined : check(value, path));
}

/** Both parts of a phone number. Too long a one is no valid number. */
const phoneNumberParts: ParameterCheck = record({
  countryCode: anyText,
  phoneNumber: anyText,
});

function problem(path: string, reason: string): ErrorDetail {
  const field = path.slice(path.lastIndexOf('/') + 1);
  return { path, message: `${field === '' ? 'params' : field} ${reason}` };
}

function toWireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Declarations of what services are given, by kind; see {@link parameters}. */
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
