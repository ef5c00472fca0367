import type { OperationContext } from '@org/core';

import type { RequestAccountByEmailParams } from '../types.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import * as given from './account-parameters.ts';
import { languageOf } from './account-util.ts';
import type { EmailAdmissionParts } from './email-admission.ts';
import { PasswordPolicy } from './password/password-policy.ts';

export interface EmailSignUpParts
  extends CompleteDependencies, Pick<EmailAdmissionParts, 'askPolicy' | 'hasher' | 'reader'> {
  readonly passwordPolicy: PasswordPolicy;
}

/**
 * Mails a code, with the hash of the password beside it. For an address that somebody has, it does
 * the same work, and nothing lies beside the code.
 *
 * @returns when the code expires
 */
export async function requestEmailSignUp(
  { emailAddress: sent, password, firstName, lastName, origin }: RequestAccountByEmailParams,
  parts: EmailSignUpParts,
  context: OperationContext,
): Promise<Date> {
  const { emailCodes } = parts.authentication;
  given.checkNames({ firstName, lastName });
  const emailAddress = given.normalizeEmail(sent);
  PasswordPolicy.checkDiffersFromUsername(password, emailAddress);
  await parts.passwordPolicy.checkNewPassword(password);
  await emailCodes.assertEmailCodeRequestAllowed({ emailAddress }, context);
  await parts.askPolicy({ emailAddress, firstName, lastName }, context);
  const hashedPassword = await parts.hasher.hash(password);
  const known = await parts.reader.findExistingToProve(emailAddress, context);
  const about =
    known === undefined
      ? { topic: 'email-code' as const, hashedPassword }
      : {
          topic: 'email-known' as const,
          accountId: known.id,
          isWithheld: known.isDisabled,
          ...languageOf(known.document, parts.fields),
        };
  const request = { emailAddress, origin, ...about };
  return (await emailCodes.requestEmailCode(request, context)).expiresAt;
}
