import type { FastifyBaseLogger } from 'fastify';

import { silentLogger, type BackendLogger } from './logger.ts';

/** A backend's logger in the form that Fastify asks for; what a child is bound to is in each line. */
export function toFastifyLogger(logger: BackendLogger, bindings: object = {}): FastifyBaseLogger {
  const logAt =
    (level: keyof BackendLogger) =>
    (fields: unknown, message = ''): void => {
      if (typeof fields === 'string') {
        logger[level]({ ...bindings }, fields);
      } else if (fields instanceof Error) {
        logger[level]({ ...bindings, err: fields }, message || fields.message);
      } else {
        logger[level]({ ...bindings, ...(fields as object) }, message);
      }
    };
  const ignore = (): void => undefined;
  return {
    level: 'debug',
    fatal: logAt('error'),
    error: logAt('error'),
    warn: logAt('warn'),
    info: logAt('info'),
    debug: logAt('debug'),
    trace: ignore,
    silent: ignore,
    child: (more, { level } = {}) =>
      toFastifyLogger(
        level === 'error' ? { ...silentLogger, error: logger.error.bind(logger) } : logger,
        { ...bindings, ...more },
      ),
  };
}
