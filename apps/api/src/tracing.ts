import type { Tracing } from '@org/core';
import type { FastifyInstance } from 'fastify';
import type { MongoClient } from 'mongodb';

import type { Logger } from './logging.ts';

/** Makes spans of what the program does, and sends them away. */
export interface ProgramTracing extends Tracing {
  /** Makes a span of each request, and continues the trace that its `traceparent` names. */
  observe: (app: FastifyInstance) => void;
  /** Makes a span of each command that is sent within another span. */
  watch: (client: MongoClient) => void;
  /** What each line of the log has while a span is open. */
  readonly logFields: () => object;
  /** Tells of an outage of whoever collects the spans: once, and when it is over. */
  reportTo: (logger: Pick<Logger, 'warn' | 'info'>) => void;
  /** Sends what is left. */
  close: () => Promise<void>;
}
