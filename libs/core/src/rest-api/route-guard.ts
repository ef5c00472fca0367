import type { FastifyRequest } from 'fastify';

import type { AccountGuard, RequestGuard } from './account-guard.ts';
import { assertOwnOrigin, ForeignOriginError } from './own-origin.ts';
import type { Route } from './route.ts';

/** What a route says of who may send it. */
type GuardedRoute = Pick<
  Route,
  'access' | 'fromOwnOrigin' | 'method' | 'path' | 'permission' | 'recent'
>;

const OWNER_IN_PATH = /\/:account_id(?:\/|$)/;

/**
 * What a request must pass before the handler; `undefined` for a route that anyone may use from
 * anywhere.
 *
 * @throws Error if nothing can guard the route as it says
 */
export function guardOf(
  route: GuardedRoute,
  guard: AccountGuard | undefined,
): RequestGuard | undefined {
  const { access, method, path, permission } = route;
  if (permission !== undefined && access !== 'account') {
    throw new Error(`${method} ${path} has a permission: its access must be by account.`);
  }
  if (access === 'anyone') {
    return openGuardOf(route, guard);
  }
  if (access === 'owner' && !OWNER_IN_PATH.test(path)) {
    throw new Error(`${method} ${path} has no owner: its path must name :account_id.`);
  }
  const chosen = access === 'owner' ? guard : guard?.account;
  if (chosen === undefined) {
    throw new Error(`${method} ${path} needs a guard for access by ${access}.`);
  }
  return inOrder(chosen, [permissionGuardOf(route, guard), recentGuardOf(route, guard)]);
}

function permissionGuardOf(
  { method, path, permission }: GuardedRoute,
  guard: AccountGuard | undefined,
): RequestGuard | undefined {
  if (permission !== undefined && guard?.permission === undefined) {
    throw new Error(`${method} ${path} needs a guard for permissions.`);
  }
  return permission === undefined ? undefined : guard?.permission?.(permission);
}

function recentGuardOf(
  { method, path, permission, recent: isNeeded = false }: GuardedRoute,
  guard: AccountGuard | undefined,
): RequestGuard | undefined {
  if (isNeeded === false) {
    return undefined;
  }
  const ofOperators = permission === undefined ? undefined : guard?.recentOfOperators;
  const recent = ofOperators ?? guard?.recent;
  if (recent === undefined) {
    throw new Error(`${method} ${path} needs a guard for recent authentication.`);
  }
  const { errors = [] } = recent;
  const ifNeeded: RequestGuard = async (request, reply) => {
    if (typeof isNeeded === 'boolean' || isNeeded(request)) {
      await recent(request, reply);
    }
  };
  return Object.assign(ifNeeded, { errors });
}

function openGuardOf(
  { method, path, recent = false, fromOwnOrigin = false }: GuardedRoute,
  { ownOrigin = ownOriginGuard }: Pick<AccountGuard, 'ownOrigin'> = {},
): RequestGuard | undefined {
  if (recent !== false) {
    throw new Error(`${method} ${path} is open to anyone: nobody has authenticated.`);
  }
  return fromOwnOrigin ? ownOrigin : undefined;
}

const ownOriginGuard: RequestGuard = Object.assign(
  async (request: FastifyRequest) => assertOwnOrigin(request),
  { errors: [ForeignOriginError] },
);

/**
 * Who sends the request is settled first, then whether a role allows it: only who may send it at all
 * is told to authenticate again.
 */
function inOrder(first: RequestGuard, next: readonly (RequestGuard | undefined)[]): RequestGuard {
  const further = next.filter((guard) => guard !== undefined);
  if (further.length === 0) {
    return first;
  }
  const all: RequestGuard = async (request, reply) => {
    await first(request, reply);
    for (const guard of further) {
      await guard(request, reply);
    }
  };
  const { security, errorsOfChanges = [] } = first;
  const errors = [first, ...further].flatMap((guard) => guard.errors ?? []);
  return Object.assign(all, { errors, errorsOfChanges, ...(security && { security }) });
}
