import type { ApplicationRepository, RepositoryDependencies } from '@org/core/store';

import { EmailCodeModel } from './store/email-code-model.ts';
import { EmailCodeRepository } from './store/email-code-repository.ts';
import { OtpModel, type OtpDocument } from './store/otp-model.ts';
import { OtpRepository } from './store/otp-repository.ts';

/** A collection of codes. */
export interface StoredOtps<Model extends OtpModel = OtpModel> {
  /** The collection's name, for audit records. */
  readonly resourceType: string;
  readonly repository: ApplicationRepository<OtpDocument>;
  readonly toModel: (this: void, bson: object) => Model;
}

/** Codes sent to phone numbers. */
export function phoneCodesIn(dependencies: RepositoryDependencies): StoredOtps {
  return {
    resourceType: OtpModel.getCollectionName(),
    repository: new OtpRepository(dependencies),
    toModel: (bson) => OtpModel.fromBson(bson),
  };
}

/** Codes sent to e-mail addresses. */
export function emailCodesIn(dependencies: RepositoryDependencies): StoredOtps<EmailCodeModel> {
  return {
    resourceType: EmailCodeModel.getCollectionName(),
    repository: new EmailCodeRepository(dependencies),
    toModel: (bson) => EmailCodeModel.fromBson(bson),
  };
}
