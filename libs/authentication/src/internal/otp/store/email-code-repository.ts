import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { CODE_PROPERTIES, codesBy } from './code-collection.ts';
import { EmailCodeModel } from './email-code-model.ts';
import type { OtpDocument } from './otp-model.ts';

export class EmailCodeRepository extends ApplicationRepository<OtpDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: EmailCodeModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['email', 'status', 'active'],
        properties: {
          email: { bsonType: 'string' },
          hashed_password: { bsonType: 'string' },
          ...CODE_PROPERTIES,
        },
      },
      fromBson: (document) => EmailCodeModel.fromBson(document),
      ...codesBy({ email: 1 }, 'active_email_purpose_unique'),
    });
  }
}
