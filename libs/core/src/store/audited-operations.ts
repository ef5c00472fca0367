import type { Document } from 'mongodb';

import type { AuditEvent, AuditTrail } from '../audit-trail.ts';
import type { AuditedResource } from '../erasure.ts';
import type { OperationContext } from '../operation-context.ts';
import type { TransactionRunner } from '../transaction-runner.ts';
import type { StoredDocument } from './base-model.ts';
import type { CollectionDefinition } from './collection-definition.ts';
import { changesBetween, fieldsOf } from './document-changes.ts';

/** One document before and after a change; either side is missing when it was created or deleted. */
export interface DocumentChange<Stored extends StoredDocument> {
  readonly before?: Stored | undefined;
  readonly after?: Stored | undefined;
}

/** What a change of documents answers, and what it changed. */
export interface ChangeResult<Stored extends StoredDocument, Result> {
  readonly result: Result;
  readonly changes: readonly DocumentChange<Stored>[];
}

/** Records what a repository does, so that a module cannot forget to. */
export class AuditedOperations<Stored extends StoredDocument> {
  readonly #transactions: TransactionRunner;
  readonly #audit: AuditTrail;
  readonly #definition: CollectionDefinition;

  constructor(options: {
    transactions: TransactionRunner;
    audit: AuditTrail;
    definition: CollectionDefinition;
  }) {
    this.#transactions = options.transactions;
    this.#audit = options.audit;
    this.#definition = options.definition;
  }

  /** Whether a change leaves a record. Without an update it is one of the whole document. */
  audits(update?: Document): boolean {
    const { unaudited } = this.#definition;
    if (unaudited === undefined || update === undefined) {
      return unaudited !== 'everything';
    }
    return (
      unaudited !== 'everything' &&
      fieldsOf(update).some((field) => !unaudited.fields.includes(field))
    );
  }

  /**
   * Runs a change of whole documents, or an update that is audited, together with its records in one
   * transaction: the context's if it carries one. Runs it as it is where the collection is exempt.
   */
  async change<Result>(
    context: OperationContext,
    work: (context: OperationContext) => Promise<ChangeResult<Stored, Result>>,
  ): Promise<Result> {
    if (this.#definition.unaudited === 'everything') {
      return (await work(context)).result;
    }
    return this.#transactions.withTransaction(context, async (transaction) => {
      const { result, changes } = await work(transaction);
      await this.#record(
        changes.map((change) => this.#toChangeEvent(change)),
        transaction,
      );
      return result;
    });
  }

  /** Records that documents were read, where their owner is somebody else. */
  async read(documents: readonly Stored[], context: OperationContext): Promise<void> {
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

  /** As it is named in records. */
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
      changes: changesBetween(before, after),
    };
  }

  #toEvent(document: Stored, action: string): AuditEvent {
    return { ...this.resourceOf(document), action };
  }
}
