import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { CODE_PROPERTIES, codesBy, OtpModel, type OtpDocument } from './otp-model.ts';

export class EmailCodeRepository extends ApplicationRepository<OtpDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'email_codes',
      schema: {
        bsonType: 'object',
        required: ['email', 'status', 'active'],
        properties: {
          email: { bsonType: 'string' },
          hashed_password: { bsonType: 'string' },
          ...CODE_PROPERTIES,
        },
      },
      fromBson: (document) => OtpModel.fromBson(document, 'email_codes'),
      ...codesBy({ email: 1 }, 'active_email_purpose_unique'),
    });
  }
}
