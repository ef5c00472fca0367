import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { RoleModel, type RoleDocument } from './role-model.ts';

export class RoleRepository extends ApplicationRepository<RoleDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: RoleModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['name', 'permissions', 'created_at', 'updated_at'],
        properties: {
          name: { bsonType: 'string' },
          permissions: { bsonType: 'array', items: { bsonType: 'string' } },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => RoleModel.fromBson(document),
      indexes: [{ keys: { name: 1 }, options: { name: 'name_unique', unique: true } }],
    });
  }
}
