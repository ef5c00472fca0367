import type { ApplicationRepository, RepositoryDependencies } from '@org/core/store';

import { EmailCodeRepository } from './store/email-code-repository.ts';
import { OtpModel, type OtpDocument } from './store/otp-model.ts';
import { OtpRepository } from './store/otp-repository.ts';

/** A collection of codes. */
export interface StoredOtps {
  readonly collectionName: string;
  readonly repository: ApplicationRepository<OtpDocument>;
}

/** Codes sent to phone numbers. */
export function phoneCodesIn(dependencies: RepositoryDependencies): StoredOtps {
  return {
    collectionName: OtpModel.getCollectionName(),
    repository: new OtpRepository(dependencies),
  };
}

/** Codes sent to e-mail addresses. */
export function emailCodesIn(dependencies: RepositoryDependencies): StoredOtps {
  return { collectionName: 'email_codes', repository: new EmailCodeRepository(dependencies) };
}
