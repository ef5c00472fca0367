import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteOptions,
} from 'fastify';
import type * as Type from 'typebox';

import { toCanonicalId } from '../recordable.ts';
import type { AccountGuard, RequestGuard } from './account-guard.ts';
import type { ChosenForm } from './body-forms.ts';
import { serializerFor } from './contract-validation.ts';
import { mergeErrors, type RouteErrors } from './documented-errors.ts';
import type { Forms, Route } from './route.ts';
import { assertRoute } from './route-check.ts';
import { guardOf } from './route-guard.ts';

type ErrorLists = 'errors' | 'errorsOfChanges';

export type RouteRequest<Of extends Route> =
  Of extends Route<infer Params, infer Query, infer Body>
    ? FastifyRequest<{
        Params: Type.Static<Params>;
        Querystring: Type.Static<Query>;
        Body: ChosenForm<Body>['body'];
      }>
    : never;

/** Returns the reply's body, nothing (204), or the reply itself. */
export type RouteHandler<Of extends Route> = (
  request: RouteRequest<Of>,
  reply: FastifyReply,
) => Promise<Type.Static<Of['reply']['schema']> | FastifyReply | undefined>;

export type RouteHandlers<Routes extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Routes]: RouteHandler<Routes[Name]>;
};

/**
 * @example
 * export const taskRoutes = {
 *   getTask: defineRoute({
 *     method: 'GET',
 *     path: '/accounts/:account_id/tasks/:task_id',
 *     operationId: 'getTask',
 *     summary: 'Read a task',
 *     tag: 'tasks',
 *     access: 'owner',
 *     params: TaskPath,
 *     reply: { status: 200, schema: TaskReply },
 *     errors: [TaskNotFoundError],
 *   }),
 * };
 */
export function defineRoute<
  Params extends Type.TSchema,
  Query extends Type.TSchema,
  Body extends Forms,
  Reply extends Type.TSchema,
>(route: Route<Params, Query, Body, Reply>): Route<Params, Query, Body, Reply> {
  return route;
}

export interface RegisterRoutesOptions<Routes extends Readonly<Record<string, Route>>> {
  readonly handlers: RouteHandlers<Routes>;
  /** May be omitted if anyone may use all of the routes. */
  readonly guard?: AccountGuard;
}

/**
 * Registers the routes in the scope of a plugin that keeps the HTTP contract.
 *
 * @throws Error if nothing guards a route that not everyone may use, or that asks for a permission or
 *   a recent authentication, the path of an `owner` route names no `:account_id`, a route with a
 *   permission is not for `account`, or one that only reads is idempotent anyway
 * @throws TypeError if a route has what routes do not have, no such access, or no handler
 */
export function registerRoutes<Routes extends Readonly<Record<string, Route>>>(
  app: FastifyInstance,
  routes: Routes,
  options: RegisterRoutesOptions<Routes>,
): void {
  for (const [name, route] of Object.entries(routes)) {
    const handler = options.handlers[name] as RouteHandler<Route>;
    assertRoute(name, route, handler);
    const guard = guardOf(route, options.guard);
    app.route({
      method: route.method,
      url: route.path,
      schema: schemaOf(route, guard),
      config: configOf(route, guard),
      ...guardHook(route, guard),
      attachValidation: route.handlesRefusals ?? false,
      ...serializerOf(route),
      ...(route.body && { validatorCompiler: route.body.validatorCompiler }),
      ...(route.path.includes(':') ? { preHandler: spellIds } : {}),
      handler: (request, reply) => handler(request, reply.code(route.reply.status)),
    });
  }
}

/** In a path, an id may be in capitals: what is stored, and every module, has it in lower case. */
function spellIds(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const params = request.params as Record<string, string>;
  for (const name in params) {
    if (name === 'id' || name.endsWith('_id')) {
      params[name] = toCanonicalId(params[name] ?? '');
    }
  }
  done();
}

function configOf(route: Route, guard: RequestGuard | undefined): FastifyContextConfig {
  const { method, path, reply, isIdempotent = false } = route;
  if (isIdempotent && method === 'GET') {
    throw new Error(`${method} ${path} changes nothing: it needs no key to be sent again.`);
  }
  const errors = mergeErrors(errorsOf(route, guard));
  return isIdempotent ? { errors, idempotentStatus: reply.status } : { errors };
}

function schemaOf(route: Route, guard: RequestGuard | undefined): object {
  const { operationId, summary, tag, params, query, body, reply, isHidden = false } = route;
  const { permission } = route;
  return {
    hide: isHidden,
    operationId,
    summary,
    ...(permission === undefined ? {} : { description: `Needs the permission ${permission}.` }),
    tags: [tag],
    security: securityOf(route, guard),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body: body.schema }),
    response: { ...reply.others, [reply.status]: reply.schema },
  };
}

function serializerOf({ reply }: Route): Pick<RouteOptions, 'serializerCompiler'> {
  const { written } = reply;
  return written === undefined
    ? {}
    : {
        serializerCompiler: ({ schema, httpStatus }) =>
          serializerFor(httpStatus === String(reply.status) ? written : schema),
      };
}

function securityOf({ body }: Route, guard: RequestGuard | undefined): RequestGuard['security'] {
  const security = guard?.security;
  return security && body?.hasOpenForm === true ? [...security, {}] : security;
}

function errorsOf(
  { method, errors = [] }: Route,
  { errors: always = [], errorsOfChanges = [] }: Pick<RequestGuard, ErrorLists> = {},
): readonly RouteErrors[] {
  const thrown = [...always, ...(method === 'GET' ? [] : errorsOfChanges), ...errors];
  return thrown.map(({ code, httpStatus }) => ({ [httpStatus]: [code] }));
}

/** If the form decides who may send it, its keys are checked first. */
function guardHook(
  { body }: Route,
  guard: RequestGuard | undefined,
): Pick<RouteOptions, 'onRequest' | 'preValidation'> {
  if (guard === undefined) {
    return {};
  }
  if (body?.hasOpenForm !== true) {
    return { onRequest: guard };
  }
  return {
    preValidation: async (request, reply) => {
      if (body.isGuarded(request.body)) {
        await guard(request, reply);
      }
    },
  };
}
