import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ErrorType } from '../errors.ts';

/**
 * Lets a request pass or throws. It authenticates the sender and calls `setOperationContext` with
 * the account as actor. Works as `onRequest` and as `preHandler` hook. Anything that may end while
 * a body arrives or a long answer is sent, such as a session, it has checked again through
 * `judgeAgainLater`.
 */
export interface RequestGuard {
  (request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** What it throws, for the OpenAPI document. Default: none documented. */
  readonly errors?: readonly ErrorType[];
  /** What it throws besides where the method is another than GET. Default: nothing. */
  readonly errorsOfChanges?: readonly ErrorType[];
  /** OpenAPI security requirements: one must be satisfied. Default: none documented. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/**
 * Guards the routes with `owner` access: the sender must be the account that the path names by its
 * parameter `account_id`.
 *
 * `@org/authentication/rest-api` makes one; an app with its own authentication passes its own.
 */
export interface AccountGuard extends RequestGuard {
  /**
   * Guards the routes with `account` access: the sender may be any account, whatever the path
   * names. Default: such routes are refused.
   */
  readonly account?: RequestGuard;
  /**
   * Makes the guard of the routes with this `permission`, called after `account`: refuses a sender
   * none of whose roles allows it. `@org/authorization/rest-api` makes one. Default: such routes are
   * refused.
   *
   * @throws Error if there is no such permission
   */
  readonly permission?: (name: string) => RequestGuard;
  /**
   * Called after the others, at the routes with `recent`: refuses a sender whose last
   * authentication is too long ago. Default: such routes are refused.
   */
  readonly recent?: RequestGuard;
  /**
   * Called in its place at the routes with `permission`, for which no setting may switch it off.
   * Default: `recent`.
   */
  readonly recentOfOperators?: RequestGuard;
  /**
   * Guards the routes with `fromOwnOrigin`: refuses what pages of other sites send. Default:
   * `assertOwnOrigin`.
   */
  readonly ownOrigin?: RequestGuard;
}
