import {
  ApplicationRepository,
  BaseModel,
  DocumentFields,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

interface MembershipDocument extends StoredDocument {
  readonly account_id: string;
  readonly club: string;
}

export class MembershipModel extends BaseModel {
  readonly club: string;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.club = fields.string('club');
  }

  static fromBson(bson: object): MembershipModel {
    return new MembershipModel(new DocumentFields(bson, 'memberships'));
  }
}

export class MembershipRepository extends ApplicationRepository<MembershipDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'memberships',
      schema: {
        bsonType: 'object',
        required: ['account_id', 'club'],
        properties: { account_id: { bsonType: 'string' }, club: { bsonType: 'string' } },
      },
      ownerOf: ({ account_id }) => String(account_id),
      fromBson: (document) => MembershipModel.fromBson(document),
      indexes: [
        { keys: { account_id: 1 }, options: { name: 'account_id_unique', unique: true } },
        { keys: { club: 1 }, options: { name: 'club_index' } },
      ],
    });
  }
}
