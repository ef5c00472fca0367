import { AppError } from '../errors.ts';
import { collect } from './collect.ts';

const MEGABYTE = 1024 * 1024;
/** Larger than a MongoDB document may be. */
const HUGE_TEXT = 'a'.repeat(17 * MEGABYTE);

/** Valid arguments for each method, including optional ones and optional fields. */
export type RightArguments<Service> = {
  readonly [Name in keyof Service]?: Service[Name] extends (...given: infer Given) => unknown
    ? { readonly [Index in keyof Given]-?: Complete<Given[Index]> }
    : never;
};

type Complete<Argument> = Argument extends readonly unknown[] | Date | AbortSignal
  ? Argument
  : { [Field in keyof Argument]-?: Argument[Field] };

export interface WrongParametersOptions<Service> {
  /** One valid call of each method that takes parameters. */
  readonly calls: RightArguments<Service>;
  /** Of the module's own 400. */
  readonly code: RegExp;
  /** Arguments from the program rather than a caller, such as contexts. They stay unchanged. */
  readonly trusted: readonly unknown[];
  /** Why a method is not called, by method name. */
  readonly notCalled: Readonly<Record<string, string>>;
  /** Values that look wrong but may be accepted, as reported: `verifyOtp(0.otpCode: 5)`. */
  readonly taken?: readonly RegExp[];
}

/**
 * Calls every method of a service with wrong parameters: each argument, and everything nested in
 * it, is replaced by another type, a MongoDB operator, a text of 17 MB, and so on. A value of the
 * wrong type must be rejected with the module's own 400; the others may be accepted, or rejected
 * with any 4xx.
 *
 * @returns a line for each method that is not listed, and for each call that ended otherwise
 */
export async function findTakenParameters<Service extends object>(
  service: Service,
  { calls, code, trusted, notCalled, taken = [] }: WrongParametersOptions<Service>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of methodsOf(service).filter((each) => !Object.hasOwn(notCalled, each))) {
    const right = (calls as Readonly<Record<string, readonly unknown[] | undefined>>)[name];
    if (right === undefined) {
      found.push(`${name}: neither called nor named`);
      continue;
    }
    const baseline = await outcomeOf(service, name, right);
    if (isBroken(baseline) || isBadRequest(baseline, code)) {
      found.push(`${name}(): ${describe(baseline)}`);
    }
    for (const { path, wrong, given } of variantsOf(right, trusted)) {
      const what = `${name}(${path}: ${wrong.name})`;
      const outcome = await outcomeOf(service, name, given as readonly unknown[]);
      const isRefused = isBadRequest(outcome, code) || taken.some((pattern) => pattern.test(what));
      if (isBroken(outcome) || (wrong.isOfWrongType && !isRefused)) {
        found.push(`${what}: ${describe(outcome)}`);
      }
    }
  }
  return found;
}

function methodsOf(service: object): readonly string[] {
  const prototype = Object.getPrototypeOf(service) as object;
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name);
}

interface WrongValue {
  readonly name: string;
  readonly value: unknown;
  /** Whether only a 400 will do. */
  readonly isOfWrongType: boolean;
}

function wrong(name: string, value: unknown, isOfWrongType = true): WrongValue {
  return { name, value, isOfWrongType };
}

function wrongValuesFor(right: unknown, isArgument: boolean): readonly WrongValue[] {
  // We cannot tell which fields are optional.
  const missing = wrong('undefined', undefined, isArgument);
  const isOperatorWrong = isArgument || !isPlainObject(right);
  const operator = wrong('{$ne}', { $ne: null }, isOperatorWrong);
  const others = [missing, wrong('null', null), operator];
  const bigint = wrong('BigInt', 5n);
  if (typeof right === 'string') {
    const texts = [wrong('17 MB', HUGE_TEXT, false), wrong('NUL', 'a\0', false)];
    const illFormed = [wrong('[]', []), wrong('surrogate', '\ud800')];
    return [...others, bigint, wrong('5', 5), ...illFormed, ...texts, wrong('empty', '', false)];
  }
  if (typeof right === 'number') {
    const numbers = [-1, 0, 1.5, 1e300].map((value) => wrong(String(value), value, false));
    return [...others, bigint, wrong('NaN', Number.NaN), wrong('text', '5'), ...numbers];
  }
  const notScalar = [...others, bigint, wrong('5', 5), wrong('text', 'a')];
  if (Array.isArray(right)) {
    return [...notScalar, wrong('[null]', [null])];
  }
  if (!isPlainObject(right)) {
    return [...notScalar, wrong('[]', []), wrong('{}', {})];
  }
  // Undeclared fields are not checked.
  const stored = isArgument ? [] : unstorable(right);
  return [...notScalar, wrong('[]', []), wrong('{}', {}, isArgument), ...stored];
}

/** Objects that neither JSON nor BSON can represent. */
function unstorable(right: object): readonly WrongValue[] {
  const cyclic: Record<string, unknown> = { ...right };
  cyclic['more'] = cyclic;
  let deep: object = right;
  for (let depth = 0; depth < 200; depth++) {
    deep = { ...right, more: deep };
  }
  return [
    wrong('cyclic', cyclic, false),
    wrong('with a BigInt', { ...right, more: 5n }, false),
    wrong('with a NUL', { ...right, 'a\0b': { old: 1, new: 1 } }, false),
    wrong('with 17 MB', { ...right, more: HUGE_TEXT }, false),
    wrong('too deep', deep, false),
    wrong('without JSON', { ...right, toJSON: () => undefined }, false),
  ];
}

interface Variant {
  readonly path: string;
  readonly wrong: WrongValue;
  readonly given: unknown;
}

/** The valid value with one wrong value in it, for each place and each wrong value. */
function* variantsOf(
  right: object,
  trusted: readonly unknown[],
  path = '',
): Generator<Variant, void, undefined> {
  for (const [name, value] of Object.entries(right) as [string, unknown][]) {
    if (trusted.includes(value)) {
      continue;
    }
    const place = path === '' ? name : `${path}.${name}`;
    for (const each of wrongValuesFor(value, path === '')) {
      yield { path: place, wrong: each, given: replace(right, name, each.value) };
    }
    if (Array.isArray(value) || isPlainObject(value)) {
      for (const inner of variantsOf(value, trusted, place)) {
        yield { ...inner, given: replace(right, name, inner.given) };
      }
    }
  }
}

function replace(right: object, name: string, value: unknown): unknown {
  return Array.isArray(right) ? right.with(Number(name), value) : { ...right, [name]: value };
}

function isPlainObject(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

type Outcome = { readonly error: unknown } | undefined;

/** The error of the call, `undefined` if it was accepted. Reads any result to the end. */
async function outcomeOf(
  service: object,
  name: string,
  given: readonly unknown[],
): Promise<Outcome> {
  const method = Reflect.get(service, name) as (...given: unknown[]) => unknown;
  try {
    const result = await method.apply(service, [...given]);
    for (const part of isPlainObject(result) ? (Object.values(result) as unknown[]) : [result]) {
      if (isIterable(part)) {
        await collect(part);
      }
    }
    return undefined;
  } catch (error) {
    return { error };
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isBadRequest(outcome: Outcome, code: RegExp): boolean {
  const error = outcome?.error;
  return error instanceof AppError && error.httpStatus === 400 && code.test(error.code);
}

/** Neither accepted nor rejected as a caller's mistake. */
function isBroken(outcome: Outcome): boolean {
  const isMistake =
    outcome?.error instanceof AppError &&
    outcome.error.httpStatus >= 400 &&
    outcome.error.httpStatus < 500;
  return outcome !== undefined && !isMistake;
}

function describe(outcome: Outcome): string {
  return outcome === undefined ? 'taken' : String(outcome.error).slice(0, 200);
}
