import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface TaskDocument extends StoredDocument {
  readonly account_id: string;
  readonly title: string;
  readonly description: string;
  readonly active: boolean;
}

export class TaskModel extends BaseModel {
  readonly accountId: string;
  readonly title: string;
  readonly description: string;
  readonly active: boolean;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.title = fields.stringOrEmpty('title');
    this.description = fields.stringOrEmpty('description');
    this.active = fields.boolean('active');
  }

  static getCollectionName(): string {
    return 'tasks';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): TaskModel {
    return new TaskModel(new DocumentFields(bson, TaskModel.getCollectionName()));
  }
}
