import type { Route } from './route.ts';

const ACCESS: readonly unknown[] = ['anyone', 'account', 'owner'] satisfies Route['access'][];
const REPLY_KEYS = keysOf<Route['reply']>({
  status: true,
  schema: true,
  written: true,
  others: true,
});
const KEYS = keysOf<Route>({
  method: true,
  path: true,
  operationId: true,
  summary: true,
  tag: true,
  access: true,
  permission: true,
  recent: true,
  fromOwnOrigin: true,
  params: true,
  query: true,
  body: true,
  reply: true,
  errors: true,
  isIdempotent: true,
  isHidden: true,
  handlesRefusals: true,
});

/**
 * For JavaScript, where no compiler says so: what is misspelt would let anyone in, or anything.
 *
 * @throws TypeError that names what the route may not have, or lacks
 */
export function assertRoute(name: string, route: Route, handler: unknown): void {
  const of = `${route.method} ${route.path}`;
  assertKeys(of, route, KEYS);
  assertKeys(`The reply of ${of}`, route.reply, REPLY_KEYS);
  if (!ACCESS.includes(route.access)) {
    throw new TypeError(`${of} needs an access: one of ${ACCESS.join(', ')}.`);
  }
  if ('permission' in route && typeof route.permission !== 'string') {
    throw new TypeError(`${of} has a permission that is no text.`);
  }
  if (route.body !== undefined && typeof route.body.validatorCompiler !== 'function') {
    throw new TypeError(`${of} has a body that was not made by oneOf.`);
  }
  if (typeof handler !== 'function') {
    throw new TypeError(`${of} needs a handler: a function ${name} in handlers.`);
  }
}

function assertKeys(of: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${of} has the unknown option ${unknown}; there are: ${known.join(', ')}.`);
  }
}

function keysOf<Type>(keys: Readonly<Record<keyof Required<Type>, true>>): readonly string[] {
  return Object.keys(keys);
}
