import type { FastifyRequest } from 'fastify';

import { OperationContext } from '../operation-context.ts';
import { RequestSlot } from './request-slot.ts';
import { sourceAddressOf } from './source-address.ts';

const contexts = new RequestSlot<OperationContext>();

/** Sets who the request acts for. Called by a guard once it knows. */
export function setOperationContext(request: FastifyRequest, context: OperationContext): void {
  contexts.set(request, context);
}

/** The context that a guard set for the request, otherwise an anonymous one. */
export function operationContextOf(request: FastifyRequest): OperationContext {
  return contexts.get(request) ?? OperationContext.anonymous(request.id, sourceAddressOf(request));
}

/**
 * The account that the guard admitted, at routes with `account` or `owner` access.
 *
 * @throws Error if no account is the actor: anyone may use the route, or the guard set none
 */
export function accountIdOf(request: FastifyRequest): string {
  const { actor } = operationContextOf(request);
  if (actor.type !== 'account') {
    const { method, url } = request.routeOptions;
    throw new Error(`${String(method)} ${url} has no account as actor: its guard must set one.`);
  }
  return actor.id;
}
