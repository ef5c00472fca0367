import type { FastifyRequest } from 'fastify';

import { OperationContext } from '../operation-context.ts';
import { sourceAddressOf } from './source-address.ts';

// Beside the request, not on it: a decorator would have to be registered by the app that mounts a
// module, and would collide with one of the same name.
const contexts = new WeakMap<FastifyRequest, OperationContext>();

/** Sets who the request acts for. Called by a guard once it has established that. */
export function setOperationContext(request: FastifyRequest, context: OperationContext): void {
  contexts.set(request, context);
}

/** The request's context: the one that a guard set, otherwise an anonymous one. */
export function operationContextOf(request: FastifyRequest): OperationContext {
  return contexts.get(request) ?? OperationContext.anonymous(request.id, sourceAddressOf(request));
}
