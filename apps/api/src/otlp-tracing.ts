import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';

import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import type { NewSpan } from '@org/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CommandStartedEvent, MongoClient } from 'mongodb';

import type { Logger } from './logging.ts';
import { createTracerProvider, type TraceExport } from './trace-export.ts';
import type { ProgramTracing } from './tracing.ts';

/** The program stops within ten seconds, and has more to do then. */
const CLOSE_LIMIT_MILLISECONDS = 2_000;
const TRACEPARENT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;
const SERVER_ERROR = 500;

/**
 * Commands that are shown; the others are the driver's own, such as those that log in. What a command
 * contains never is.
 */
const COMMANDS = new Set([
  ...['aggregate', 'count', 'delete', 'distinct', 'find', 'findAndModify', 'getMore', 'insert'],
  ...['update', 'commitTransaction', 'abortTransaction'],
]);

/**
 * Traces by OpenTelemetry's SDK. The built program is one bundle, in which its instrumentations could
 * not patch anything: spans are made by the hooks that Fastify, the driver and the queue have.
 */
export class OtlpTracing implements ProgramTracing {
  readonly #provider: ReturnType<typeof createTracerProvider>;
  readonly #tracer: Tracer;
  readonly #open = new AsyncLocalStorage<Span>();
  readonly #requests = new WeakMap<FastifyRequest, Span>();
  /** Of what is done for a request that was admitted and is valid. */
  readonly #operations = new WeakMap<FastifyRequest, Span>();
  /** By the driver's number of the command. */
  readonly #commands = new Map<number, Span>();
  readonly logFields = (): object => {
    const span = this.#open.getStore();
    return span === undefined ? {} : { trace_id: span.spanContext().traceId };
  };
  #onExport: (error?: unknown) => void = () => undefined;

  private constructor(options: TraceExport) {
    this.#provider = createTracerProvider(options, (error) => this.#onExport(error));
    this.#tracer = this.#provider.getTracer('org');
  }

  static create(options: TraceExport): OtlpTracing {
    return new OtlpTracing(options);
  }

  currentTraceparent(): string | undefined {
    const span = this.#open.getStore();
    if (span === undefined) {
      return undefined;
    }
    const { traceId, spanId, traceFlags } = span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  async run<Result>(
    { name, traceparent, attributes = {} }: NewSpan,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const options = { kind: SpanKind.CONSUMER, attributes };
    const span = this.#tracer.startSpan(name, options, contextOf(traceparent));
    try {
      return await this.#open.run(span, work);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  fail(error: unknown): void {
    const span = this.#open.getStore();
    if (span !== undefined) {
      markFailed(span, error);
    }
  }

  observe(app: FastifyInstance): void {
    app.addHook('onRequest', (request, _reply, done) => {
      const { url: route } = request.routeOptions;
      if (route?.startsWith('/health/') === true) {
        done();
        return;
      }
      const span = this.#startRequest(request, route);
      this.#requests.set(request, span);
      this.#open.run(span, done);
    });
    // A body arrives outside of what the first hook has begun.
    app.addHook('preValidation', (request, _reply, done) => this.#within(request, done));
    app.addHook('preHandler', (request, _reply, done) => {
      const { operationId } = request.routeOptions.schema ?? {};
      const parent = this.#requests.get(request);
      if (operationId === undefined || parent?.isRecording() !== true) {
        done();
        return;
      }
      const span = this.#startBelow(parent, operationId, { kind: SpanKind.INTERNAL });
      this.#operations.set(request, span);
      this.#open.run(span, done);
    });
    app.addHook('onSend', (request, _reply, _payload, done) => {
      this.#operations.get(request)?.end();
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const span = this.#requests.get(request);
      span?.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= SERVER_ERROR) {
        span?.setStatus({ code: SpanStatusCode.ERROR });
      }
      span?.end();
      this.#within(request, done);
    });
  }

  watch(client: MongoClient): void {
    client.on('commandStarted', (event) => this.#beginCommand(event));
    client.on('commandSucceeded', ({ requestId }) => this.#endCommand(requestId));
    client.on('commandFailed', ({ requestId, failure }) => this.#endCommand(requestId, failure));
  }

  reportTo(logger: Pick<Logger, 'warn' | 'info'>): void {
    let isFailing = false;
    this.#onExport = (error) => {
      if (error !== undefined && !isFailing) {
        logger.warn({ err: error }, 'Traces cannot be sent');
      } else if (error === undefined && isFailing) {
        logger.info('Traces are sent again');
      }
      isFailing = error !== undefined;
    };
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    const late = delay(CLOSE_LIMIT_MILLISECONDS, undefined, { ref: false });
    await Promise.race([this.#provider.shutdown(), late]);
  }

  #startRequest({ method, headers }: FastifyRequest, route = 'unknown'): Span {
    const { traceparent } = headers;
    const parent = contextOf(typeof traceparent === 'string' ? traceparent : undefined);
    const attributes = { 'http.request.method': method, 'http.route': route };
    const options = { kind: SpanKind.SERVER, attributes };
    return this.#tracer.startSpan(`${method} ${route}`, options, parent);
  }

  #within(request: FastifyRequest, work: () => void): void {
    const span = this.#requests.get(request);
    if (span === undefined) {
      work();
    } else {
      this.#open.run(span, work);
    }
  }

  #beginCommand({ requestId, commandName, command }: CommandStartedEvent): void {
    const parent = this.#open.getStore();
    if (parent?.isRecording() !== true || !COMMANDS.has(commandName)) {
      return;
    }
    const { [commandName]: target, collection = target } = command as Record<string, unknown>;
    const isNamed = typeof collection === 'string';
    const attributes: Attributes = {
      'db.system.name': 'mongodb',
      'db.operation.name': commandName,
      ...(isNamed ? { 'db.collection.name': collection } : {}),
    };
    const name = isNamed ? `${commandName} ${collection}` : commandName;
    const span = this.#startBelow(parent, name, { kind: SpanKind.CLIENT, attributes });
    this.#commands.set(requestId, span);
  }

  #startBelow(parent: Span, name: string, options: SpanOptions): Span {
    return this.#tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent));
  }

  #endCommand(requestId: number, failure?: Error): void {
    const span = this.#commands.get(requestId);
    if (span !== undefined) {
      this.#commands.delete(requestId);
      if (failure !== undefined) {
        markFailed(span, failure);
      }
      span.end();
    }
  }
}

/** Begins a trace where there is none, or no valid one, to continue. */
function contextOf(traceparent = ''): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent) ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

/** By the error's class: its message may repeat what somebody sent. */
function markFailed(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.name : String(error);
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
