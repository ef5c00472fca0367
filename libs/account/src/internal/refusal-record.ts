import type { AuditEvent, AuditTrail, OperationContext } from '@org/core';

import { AccountBadRequestError } from '../errors.ts';

export interface Refusal {
  readonly event: AuditEvent;
  readonly isOf: (error: unknown) => boolean;
}

/** Records the work's refusal, counted by its source or else by what it is about, and passes it on. */
export async function recordingRefusal<Result>(
  work: Promise<Result>,
  { event, isOf }: Refusal,
  audit: AuditTrail,
  context: OperationContext,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (isOf(error)) {
      await audit.recordFromSource(event, context.sourceAddress ?? event.resourceId, context);
    }
    throw error;
  }
}

/** Of a link's token that was forged, used or is too old. */
export function isBadLink(error: unknown): boolean {
  return error instanceof AccountBadRequestError;
}
