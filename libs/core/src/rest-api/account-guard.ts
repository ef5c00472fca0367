import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ErrorType } from '../errors.ts';

/**
 * Lets a request pass or throws. It establishes who sends the request; when the route's path has
 * the parameter `account_id`, that must be the sender's own account. It calls `setOperationContext`
 * with the account as actor. Works as `onRequest` and as `preHandler` hook. What may end while a body
 * is on its way or a long answer is sent, such as a session, it has asked again by `judgeAgainLater`.
 *
 * `@org/authentication/rest-api` makes one; an app with its own authentication passes its own.
 */
export interface AccountGuard {
  (request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** What it throws at a path, for the OpenAPI document. Default: nothing is said. */
  readonly errorsAt?: (path: string) => readonly ErrorType[];
  /** OpenAPI security requirements, of which a request satisfies one. Default: nothing is said. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}
