import { OperationContext } from '@org/core';
import type { EventErrorListener, Events } from '@org/events';

import type { BackendLogger } from './logger.ts';

/** Logs listeners that failed: a warning while their event is tried again, then an error. */
export function createListenerLog(logger: BackendLogger): EventErrorListener {
  return (error, attempt) => {
    if (attempt === undefined) {
      logger.error({ err: error }, 'calling listeners failed');
      return;
    }
    const { listener, event, requestId, attempt: number, isDead } = attempt;
    const fields = { err: error, listener, event, request_id: requestId, attempt: number };
    if (isDead) {
      logger.error(fields, 'a listener failed for good; its event is dead');
    } else {
      logger.warn(fields, 'a listener failed and is called again');
    }
  };
}

/** Warns of events that wait for listeners which this process does not have. */
export function warnOfUnheardEvents(
  queue: Pick<Events['queue'], 'getStatistics'>,
  logger: BackendLogger,
): void {
  queue.getStatistics(OperationContext.anonymous('start')).then(
    (kinds) => {
      for (const { kind: listener, isHandled, waiting } of kinds) {
        if (!isHandled && waiting > 0) {
          logger.warn({ listener, waiting }, 'events wait for a listener that this process lacks');
        }
      }
    },
    (error: unknown) => {
      logger.warn({ err: error }, 'it is unknown whether events wait for listeners');
    },
  );
}
