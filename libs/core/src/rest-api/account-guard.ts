import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ErrorType } from '../errors.ts';

/**
 * Lets a request pass or throws. It authenticates the sender; if the route's path has the parameter
 * `account_id`, that must be the sender's own account. It calls `setOperationContext` with the
 * account as actor. Works as `onRequest` and as `preHandler` hook. Anything that may end while a
 * body arrives or a long answer is sent, such as a session, it has checked again through
 * `judgeAgainLater`.
 *
 * `@org/authentication/rest-api` makes one; an app with its own authentication passes its own.
 */
export interface AccountGuard {
  (request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** The errors it throws at a path, for the OpenAPI document. Default: none documented. */
  readonly errorsAt?: (path: string) => readonly ErrorType[];
  /** OpenAPI security requirements: one must be satisfied. Default: none documented. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}
