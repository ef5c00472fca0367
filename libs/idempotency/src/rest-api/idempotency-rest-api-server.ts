import { normalizeSource } from '@org/core';
import {
  operationContextOf,
  RequestSlot,
  setOperationContext,
  toErrorAnswer,
} from '@org/core/rest-api';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';

import type { IdempotencyService } from '../idempotency-service.ts';
import type { BeginParams, KeptAnswer } from '../types.ts';
import { KeyedRequest } from './keyed-request-view.ts';

export interface IdempotentRoutesOptions {
  readonly idempotency: IdempotencyService;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
/** The others are those of every answer, or belong to the request, as its id and its session's cookie do. */
const KEPT_HEADERS = ['content-type', 'location', 'retry-after'];
const SERVER_ERROR = 500;

const keyedRequests = new RequestSlot<KeyedRequest>();

/**
 * Heeds `Idempotency-Key` at the routes with `isIdempotent` that are registered in the scope after
 * this call. A request without the header costs nothing. Guards and validation come first: nobody gets
 * an answer who could not send the request.
 *
 * @example
 * idempotentRoutes(api, { idempotency });
 * await api.register(accountRestApi, { accounts, guard });
 */
export function idempotentRoutes(
  scope: FastifyInstance,
  { idempotency }: IdempotentRoutesOptions,
): void {
  scope.addHook('onRoute', (route) => {
    const status = route.config?.idempotentStatus;
    if (status !== undefined) {
      route.handler = onceByKey(route.handler, status, idempotency);
      route.onSend = [route.onSend ?? [], keepAnswer].flat();
    }
  });
}

/** @param status of the route's success */
function onceByKey(
  handler: RouteHandlerMethod,
  status: number,
  idempotency: IdempotencyService,
): RouteHandlerMethod {
  return async function (request, reply): Promise<unknown> {
    const key = request.headers['idempotency-key'];
    // Where a handler is only told of a refusal, nothing is carried out.
    if (key === undefined || request.validationError !== undefined) {
      return handler.call(this, request, reply);
    }
    const context = operationContextOf(request);
    const { run, answer } = await idempotency.begin(
      { ...identify(request), key: String(key) },
      context,
    );
    if (answer !== undefined) {
      return replay(answer, reply);
    }
    const keyed = new KeyedRequest(run, request.log);
    if (reply.raw.headersSent) {
      // Its time was up before it began.
      await keyed.release();
      return reply;
    }
    keyedRequests.set(request, keyed);
    setOperationContext(request, context.withBeforeCommit(run.confirm));
    const handling = Promise.resolve(handler.call(this, request, reply));
    return handling.then(
      async (result: unknown) => {
        keyed.hasEnded = true;
        if (keyed.isOverdue && result !== reply) {
          await keyed.settle(toAnswer(result, status, reply));
        }
        return result;
      },
      async (error: unknown) => {
        keyed.hasEnded = true;
        if (keyed.isOverdue) {
          const { body, headers, status: refused } = toErrorAnswer(error, request);
          const kept = { ...JSON_TYPE, ...pickKept(headers) };
          await keyed.settle({ status: refused, headers: kept, body: JSON.stringify(body) });
        }
        throw error;
      },
    );
  };
}

/** An `onSend` hook, after those that all routes have. */
function keepAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error?: Error) => void,
): void {
  const keyed = keyedRequests.get(request);
  if (keyed === undefined) {
    done();
  } else if (reply.statusCode >= SERVER_ERROR && !keyed.hasEnded) {
    keyed.isOverdue = true;
    done();
  } else {
    const { statusCode: status } = reply;
    const headers = pickKept(reply.getHeaders());
    // A stream is gone once it is sent.
    const settled =
      payload == null || typeof payload === 'string'
        ? keyed.settle({ status, headers, body: payload ?? '' })
        : keyed.release();
    settled.then(() => done(), done);
  }
}

/** Whose request it is, what it is for, and what has to be the same when it is sent again. */
function identify(request: FastifyRequest): Omit<BeginParams, 'key'> {
  const { actor, sourceAddress = '' } = operationContextOf(request);
  const { method, query, body, routeOptions } = request;
  const params = request.params as Readonly<Record<string, string>>;
  const accountIds = actor.type === 'account' ? [actor.id] : [];
  const sender =
    actor.type === 'account' ? `account ${actor.id}` : `source ${normalizeSource(sourceAddress)}`;
  return {
    sender,
    ids: [...accountIds, ...Object.values(params)],
    operation: JSON.stringify([method, routeOptions.url, params]),
    content: JSON.stringify([query, body]),
  };
}

function replay({ status, headers, body }: KeptAnswer, reply: FastifyReply): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, 'idempotency-replayed': 'true' })
    .send(body === '' ? undefined : body);
}

function toAnswer(result: unknown, status: number, reply: FastifyReply): KeptAnswer {
  if (result === undefined) {
    return { status, headers: {}, body: '' };
  }
  const body = reply.serializeInput(result as Record<string, unknown>, String(status));
  return { status, headers: JSON_TYPE, body: String(body) };
}

function pickKept(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept = KEPT_HEADERS.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, String(headers[name])]));
}
