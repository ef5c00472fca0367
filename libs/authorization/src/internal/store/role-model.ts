import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface RoleDocument extends StoredDocument {
  readonly name: string;
  readonly permissions: readonly string[];
}

export class RoleModel extends BaseModel {
  readonly name: string;
  readonly permissions: readonly string[];

  private constructor(fields: DocumentFields) {
    super(fields);
    this.name = fields.string('name');
    this.permissions = fields.strings('permissions');
  }

  static getCollectionName(): string {
    return 'roles';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): RoleModel {
    return new RoleModel(new DocumentFields(bson, RoleModel.getCollectionName()));
  }
}
