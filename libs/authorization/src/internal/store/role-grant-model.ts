import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface RoleGrantDocument extends StoredDocument {
  readonly account_id: string;
  /** Names. */
  readonly roles: readonly string[];
}

/** A grant together with the roles that it names, as they are stored. */
export interface JoinedRoleGrantDocument extends RoleGrantDocument {
  readonly granted?: readonly object[];
}

export class RoleGrantModel extends BaseModel {
  readonly accountId: string;
  readonly roles: readonly string[];

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.roles = fields.strings('roles');
  }

  static getCollectionName(): string {
    return 'role_grants';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): RoleGrantModel {
    return new RoleGrantModel(new DocumentFields(bson, RoleGrantModel.getCollectionName()));
  }
}
