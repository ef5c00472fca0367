import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';
import type { Binary } from 'mongodb';

import type { WebhookDisabledReason, WebhookEndpointState } from '../../../types.ts';

export interface EndpointDocument extends StoredDocument {
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly state: WebhookEndpointState;
  readonly disabled_reason: WebhookDisabledReason | null;
  readonly disabled_at: Date | null;
  /** The first failed attempt since the last successful one. */
  readonly failing_since: Date | null;
  /** The signing secrets as JSON, the current one first, encrypted. */
  readonly encrypted_secrets: Binary | Uint8Array;
  readonly previous_secret_valid_until: Date | null;
  /** How many were stored while it was the newest: those who store one conflict over it. */
  readonly successors?: number;
}

export class EndpointModel extends BaseModel {
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly state: WebhookEndpointState;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly disabledAt: Date | null;
  readonly failingSince: Date | null;
  readonly encryptedSecrets: Uint8Array;
  readonly previousSecretValidUntil: Date | null;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.url = fields.string('url');
    this.description = fields.stringOrEmpty('description');
    this.events = fields.strings('events');
    this.state = fields.string('state') as WebhookEndpointState;
    this.disabledReason = fields.optionalString('disabled_reason') as WebhookDisabledReason | null;
    this.disabledAt = fields.optionalDate('disabled_at');
    this.failingSince = fields.optionalDate('failing_since');
    this.encryptedSecrets = fields.bytes('encrypted_secrets');
    this.previousSecretValidUntil = fields.optionalDate('previous_secret_valid_until');
  }

  static getCollectionName(): string {
    return 'webhook_endpoints';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): EndpointModel {
    return new EndpointModel(new DocumentFields(bson, EndpointModel.getCollectionName()));
  }
}
