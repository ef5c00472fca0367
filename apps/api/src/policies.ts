import type { Account, AccountServiceDependencies } from '@org/account';
import type { AuthenticationServiceDependencies } from '@org/authentication';

import type { accountFields } from './account-fields.ts';

type Fields = typeof accountFields;

/** Who may sign up, with which usernames, and which password hashes are verified. */
export const accountPolicies: Pick<
  AccountServiceDependencies<Fields>,
  'passwordVerifiers' | 'signUpPolicy' | 'usernamePolicy'
> = {};

/** What access tokens say about accounts. */
export const accessTokenPolicies: Pick<
  AuthenticationServiceDependencies<Account<Fields>>,
  'claims'
> = {};
