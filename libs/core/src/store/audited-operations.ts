import type { Document } from 'mongodb';

import { REDACTED, type AuditEvent, type AuditTrail } from '../audit-trail.ts';
import type { AuditedResource } from '../erasure.ts';
import type { OperationContext } from '../operation-context.ts';
import type { AnyStoredDocument } from './base-model.ts';
import type { CollectionDefinition } from './collection-definition.ts';
import { changesBetween, fieldsOf, type Changes } from './document-changes.ts';

/** A document before and after a change; one side is missing if it was created or deleted. */
export interface DocumentChange<Stored extends AnyStoredDocument> {
  readonly before?: Stored | undefined;
  readonly after?: Stored | undefined;
}

function withoutValues(changes: Changes, names: readonly string[] = []): Changes {
  if (names.length === 0) {
    return changes;
  }
  const redact = (value: unknown) => (value === null ? null : REDACTED);
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [
      name,
      names.includes(name) ? { old: redact(change.old), new: redact(change.new) } : change,
    ]),
  );
}

/** Audits a repository's operations, so that no module can forget to. */
export class AuditedOperations<Stored extends AnyStoredDocument> {
  readonly #audit: AuditTrail;
  readonly #definition: CollectionDefinition;

  constructor(audit: AuditTrail, definition: CollectionDefinition) {
    this.#audit = audit;
    this.#definition = definition;
  }

  /** Whether a change is recorded. Without an update, the whole document changes. */
  audits(update?: Document): boolean {
    const { unaudited } = this.#definition;
    if (unaudited === undefined || unaudited === 'everything') {
      return unaudited === undefined;
    }
    return (
      update === undefined || fieldsOf(update).some((field) => !unaudited.fields.includes(field))
    );
  }

  async recordChanges(
    changes: readonly DocumentChange<Stored>[],
    context: OperationContext,
  ): Promise<void> {
    if (this.audits()) {
      await this.#record(
        changes.map((change) => this.#toChangeEvent(change)),
        context,
      );
    }
  }

  /** Records reads of documents that belong to someone else. */
  async recordRead(documents: readonly Stored[], context: OperationContext): Promise<void> {
    const { ownerOf } = this.#definition;
    if (ownerOf === undefined || context.actor.type === 'anonymous') {
      return;
    }
    const recorded = documents.filter(
      (document) => this.#audit.recordsOwnerReads || ownerOf(document) !== context.actor.id,
    );
    await this.#record(
      recorded.map((document) => this.#toEvent(document, 'read')),
      context,
    );
  }

  resourceOf(document: Stored): AuditedResource {
    return { resourceType: this.#definition.name, resourceId: String(document._id) };
  }

  async #record(events: readonly AuditEvent[], context: OperationContext): Promise<void> {
    if (events.length > 0) {
      await this.#audit.record(events, context);
    }
  }

  #toChangeEvent({ before, after }: DocumentChange<Stored>): AuditEvent {
    const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
    return {
      ...this.#toEvent((after ?? before) as Stored, action),
      changes: withoutValues(changesBetween(before, after), this.#definition.redacted),
    };
  }

  #toEvent(document: Stored, action: string): AuditEvent {
    return { ...this.resourceOf(document), action };
  }
}
