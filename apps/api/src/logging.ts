import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino, type DestinationStream, type LoggerOptions } from 'pino';
import sonicBoom from 'sonic-boom';

import { AppError, systemClock } from '@org/core';
import { OutageLog } from './outage-log.ts';

export type Logger = FastifyBaseLogger;

export interface LogDestination extends DestinationStream {
  /** Writes the remaining lines, if they can be written. Later ones are lost. */
  readonly end: () => Promise<void>;
}

const SERVER_ERROR = 500;
const MAXIMUM_WAITING_BYTES = 1024 * 1024;
/** What Fastify writes of an error of a handler whose request has been answered. */
const AFTER_ANSWER = 'Promise errored, but reply.sent = true was set';
const REDACTED_KEYS = [
  'authorization',
  'cookie',
  'password',
  'new_password',
  'current_password',
  'hashed_password',
  'token',
  'refresh_token',
  'otp_code',
  'secret',
];

/**
 * Structured logs, to standard output by default. Bodies and headers are not logged; if one ever
 * is, its secrets are redacted.
 *
 * @param mixin what every line has as well
 */
export function createLogger(
  level: string,
  destination?: DestinationStream,
  outages: OutageLog = new OutageLog(systemClock),
  mixin?: () => object,
): Logger {
  const options: LoggerOptions = {
    level,
    ...(mixin === undefined ? {} : { mixin }),
    hooks: {
      logMethod(line, log) {
        const error = errorIn(line[0]);
        const verdict = isLateRefusal(error, line[1]) ? 'nothing' : outages.judge(error);
        if (verdict === 'whole') {
          log.apply(this, line);
        } else if (verdict !== 'nothing') {
          log.call(this, { failures: verdict.failures }, verdict.message);
        }
      },
    },
    redact: {
      paths: REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      censor: '[redacted]',
    },
    serializers: { err: toLoggedError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A request had its answer, because its time was up: what it would be refused for is no failure. */
function isLateRefusal(error: unknown, message: unknown): boolean {
  return message === AFTER_ANSWER && error instanceof AppError && error.httpStatus < SERVER_ERROR;
}

function errorIn(entry: unknown): unknown {
  return entry instanceof Error ? entry : (entry as { err?: unknown } | undefined)?.err;
}

/**
 * Standard output, written in blocks within a second: a system call per line is the largest cost of
 * logging. While it takes nothing, since a disk is full or its reader is gone, lines wait, and those
 * beyond a mebibyte are lost; the program serves on.
 */
export function createLogDestination(): LogDestination {
  // Not pino's own, which ends the program where a write fails, and waits for ever for room at its end.
  const stream = new sonicBoom.SonicBoom({
    ...{ fd: 1, sync: false, minLength: 4_096, periodicFlush: 1_000 },
    maxLength: MAXIMUM_WAITING_BYTES,
  });
  let isEnding = false;
  stream.on('error', () => undefined);
  return {
    write: (line) => {
      if (!isEnding) {
        stream.write(line);
      }
    },
    end: async () => {
      isEnding = true;
      await new Promise<unknown>((resolve) => {
        stream.once('close', resolve).once('error', resolve).end();
      });
    },
  };
}

/**
 * Logs one line per answer. The query is omitted: it comes from the client and may contain
 * anything. Nothing in the line could be a secret, so it is not redacted.
 */
export function logRequests(app: FastifyInstance): void {
  const log = app.log.child({}, { redact: [] });
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        request_id: request.id,
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request completed',
    );
    done();
  });
}

/** An error as logged. */
export interface LoggedError {
  type: string;
  message: string;
  stack: string;
  code?: unknown;
  cause?: LoggedError;
  [key: string]: unknown;
}

/**
 * An error without the driver's own fields: they contain the rejected document, including the
 * password hash.
 */
export function toLoggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: String(error), stack: '' };
  }
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(code === undefined ? {} : { code }),
    ...(error.cause === undefined ? {} : { cause: toLoggedError(error.cause) }),
  };
}
