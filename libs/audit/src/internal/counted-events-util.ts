import type { AuditEvent, OperationContext } from '@org/core';

/** Events of one action, outcome and source, and usually of one subject, that share one record. */
export interface CountedEvents {
  readonly event: AuditEvent;
  /** The last event's context. */
  readonly context: OperationContext;
  readonly source: string;
  readonly count: number;
  readonly since: Date;
  readonly until: Date;
}

/** Adds them up. If resources, subjects or actors differ, the sum names none. */
export function addCountedEvents(
  earlier: CountedEvents | undefined,
  later: CountedEvents,
): CountedEvents {
  if (earlier === undefined) {
    return later;
  }
  const { resourceType, resourceId, action, outcome, subjectDigest } = later.event;
  const isSameResource =
    earlier.event.resourceType === resourceType && earlier.event.resourceId === resourceId;
  const isSameSubject = earlier.event.subjectDigest === subjectDigest;
  const isSameActor = earlier.context.actor.id === later.context.actor.id;
  return {
    ...later,
    event: {
      resourceType,
      resourceId: isSameResource ? resourceId : '',
      action,
      ...(outcome === undefined ? {} : { outcome }),
      ...(isSameSubject && subjectDigest !== undefined ? { subjectDigest } : {}),
    },
    context: isSameActor ? later.context : later.context.withActor({ type: 'anonymous', id: null }),
    count: earlier.count + later.count,
    since: earlier.since,
  };
}

export function withoutSubject(events: CountedEvents): CountedEvents {
  const event: { -readonly [Key in keyof AuditEvent]: AuditEvent[Key] } = { ...events.event };
  delete event.subjectDigest;
  return { ...events, event };
}
