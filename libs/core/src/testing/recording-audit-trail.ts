import type { AuditEvent, AuditTrail } from '../audit-trail.ts';
import type { OperationContext } from '../operation-context.ts';

export interface RecordedEvent extends AuditEvent {
  readonly context: OperationContext;
}

/** An in-memory audit trail. A rollback does not remove what the transaction recorded. */
export class RecordingAuditTrail implements AuditTrail {
  readonly events: RecordedEvent[] = [];
  readonly recordsOwnerReads: boolean;

  constructor({ recordsOwnerReads = false }: { readonly recordsOwnerReads?: boolean } = {}) {
    this.recordsOwnerReads = recordsOwnerReads;
  }

  async record(events: readonly AuditEvent[], context: OperationContext): Promise<void> {
    this.events.push(...events.map((event) => ({ ...event, context })));
  }

  async recordFromSource(
    event: AuditEvent,
    _source: string,
    context: OperationContext,
  ): Promise<void> {
    await this.record([event], context.withoutTransaction());
  }
}
