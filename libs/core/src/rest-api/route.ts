import type { FastifyRequest } from 'fastify';
import type * as Type from 'typebox';

import type { ErrorType } from '../errors.ts';
import type { BodyForm, BodyForms } from './body-forms.ts';

export type Forms = Readonly<Record<string, BodyForm>>;

/** A route: what a client may send, what it gets, and what the OpenAPI document says. */
export interface Route<
  Params extends Type.TSchema = Type.TSchema,
  Query extends Type.TSchema = Type.TSchema,
  Body extends Forms = Forms,
  Reply extends Type.TSchema = Type.TSchema,
> {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** Relative to the plugin's prefix, such as `/accounts/:account_id/tasks`. */
  readonly path: string;
  /** Names the operation in generated clients. */
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  /**
   * `anyone`: also without a login. `account`: any account that is logged in. `owner`: only the
   * account that the path names as `:account_id`. Which one it is, `accountIdOf(request)` tells. A
   * form of the body may still be open to anyone.
   */
  readonly access: 'anyone' | 'account' | 'owner';
  /**
   * What a role of the sender's must allow, such as `invoices.read`; only with access by `account`: an
   * owner needs no role, and a role makes nobody an owner. Default: no role is needed.
   */
  readonly permission?: string;
  /**
   * Whether the sender must have authenticated in the last minutes, besides what `access` and
   * `permission` say; a function decides by the request. For what a stolen session must not do. Default: false.
   */
  readonly recent?: boolean | ((request: FastifyRequest) => boolean);
  /**
   * Whether pages of other sites are refused, before the body is read: for a route that anyone may
   * use and that sets a cookie. Requests admitted by a cookie are checked anyway. Default: false.
   */
  readonly fromOwnOrigin?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  /** Made by `oneOf`, even if there is one form only: it validates the body. */
  readonly body?: BodyForms<Body>;
  /** Status and body on success. The status is set before the handler is called. */
  readonly reply: {
    readonly status: number;
    readonly schema: Reply;
    /** What the body is written by, if what is stored may be of another shape. Default: `schema`. */
    readonly written?: Type.TSchema;
    /** What else the handler may answer, by status, such as a page. Default: nothing. */
    readonly others?: Readonly<Record<number, Type.TSchema>>;
  };
  /** What it throws besides the guard's errors and those common to all routes. Default: nothing. */
  readonly errors?: readonly ErrorType[];
  /**
   * Whether clients may send an `Idempotency-Key`, which `@org/idempotency/rest-api` honours where it
   * is mounted: a request that is sent again gets the stored answer. Not for a GET, nor for a route
   * whose answer is a credential. Default: false, and the header is ignored.
   */
  readonly isIdempotent?: boolean;
  /** Leaves it out of the OpenAPI document. Default: false. */
  readonly isHidden?: boolean;
  /** Passes an invalid request to the handler, as `request.validationError`. Default: false. */
  readonly handlesRefusals?: boolean;
}
