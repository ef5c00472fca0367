import type { FastifySchema, RouteOptions } from 'fastify';

/** A route's error codes by status. Those of the framework are added where they occur. */
export type RouteErrors = Readonly<Record<number, readonly string[]>>;

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly errors?: RouteErrors;
    /** The status of success, if clients may send an `Idempotency-Key`. */
    readonly idempotentStatus?: number;
  }
}

const WITH_BODY: RouteErrors = {
  400: ['REQUEST_ERR_400'],
  408: ['REQUEST_ERR_408'],
  413: ['REQUEST_ERR_413'],
  415: ['REQUEST_ERR_415'],
};
const WITH_KEY: RouteErrors = {
  400: ['REQUEST_ERR_400'],
  409: ['REQUEST_ERR_409'],
  422: ['REQUEST_ERR_422'],
};
const KEY_HEADER = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~]+$',
      description:
        'New for each act, such as a random UUID, and the same when the request is sent again: for 24 hours, it is answered with what was answered first.',
    },
  },
};
const ANYWHERE: RouteErrors = {
  400: ['REQUEST_ERR_400'],
  429: ['RATE_LIMIT_ERR_01'],
  500: ['SERVER_ERR_01'],
  503: ['SERVER_ERR_02'],
};

/**
 * Adds a route's errors to its schema as responses, and its header, for the OpenAPI document only: in
 * the route's own schema, each would cost a compiled serializer at every start.
 */
export function documentErrors({
  schema = {},
  route,
}: {
  readonly schema?: FastifySchema | undefined;
  readonly route: Pick<RouteOptions, 'config'>;
}): FastifySchema {
  const withBody = schema.body === undefined ? {} : WITH_BODY;
  const takesKey = route.config?.idempotentStatus !== undefined;
  const withKey = takesKey ? WITH_KEY : {};
  const codes = mergeErrors([route.config?.errors ?? {}, ANYWHERE, withBody, withKey]);
  const response = { ...(schema.response as Readonly<Record<string, object>>) };
  const errors = Object.entries(codes).map(([status, codesOfStatus]): [string, object] => [
    status,
    beside(response[status], errorReplySchema(codesOfStatus)),
  ]);
  return {
    ...schema,
    ...(takesKey ? { headers: KEY_HEADER } : {}),
    response: { ...response, ...Object.fromEntries(errors) },
  };
}

/** An error's answer; where the route answers a page with the same status, in place of that. */
function beside(answer: object | undefined, error: { readonly description: string }): object {
  if (answer === undefined || !('content' in answer)) {
    return error;
  }
  const json = { 'application/json': { schema: error } };
  return { description: error.description, content: { ...(answer.content as object), ...json } };
}

/** All codes, each once. */
export function mergeErrors(lists: readonly RouteErrors[]): RouteErrors {
  const statuses = new Set(lists.flatMap((list) => Object.keys(list).map(Number)));
  return Object.fromEntries(
    [...statuses].map((status) => [
      status,
      [...new Set(lists.flatMap((list) => list[status] ?? []))],
    ]),
  );
}

function errorReplySchema(codes: readonly string[]) {
  return {
    description: codes.join(', '),
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: { type: 'string', enum: codes },
      message: { type: 'string' },
      details: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'message'],
          properties: { path: { type: 'string' }, message: { type: 'string' } },
        },
      },
      request_id: { type: 'string' },
    },
  };
}
