import { AccountService, defineAccountFields, type Account } from '@org/account';
import {
  AuthenticationService,
  defineAccessTokenClaims,
  LoginService,
  type AuthenticationServiceDependencies,
} from '@org/authentication';
import { Type } from 'typebox';
import { expect, it } from 'vitest';

import { ada, anonymous, createServices, ownerOf } from './services.ts';

const fields = defineAccountFields({
  plan: { schema: Type.String(), default: 'free', write: 'operator' },
  company: { schema: Type.String(), optional: true },
});

it('are computed from the account with its declared fields, at log-in and refresh', async () => {
  const seen: object[] = [];
  const claims = defineAccessTokenClaims({
    types: { plan: 'string', name: 'string' },
    claimsOf: (account: Account<typeof fields>) => {
      seen.push(account);
      return { plan: account.plan, name: account.firstName };
    },
  });
  const services = await createServices({ fields, claims });
  const { accounts, audit, authentication, throttle } = services;
  const login = LoginService.create({ authentication, accounts, audit, throttle });
  const created = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
  const { id: accountId } = created;
  const origin = { userAgent: 'test', ip: '192.0.2.1' };
  const { username, password } = ada;

  const first = await login.loginByUsernameAndPassword(
    { username, password, ...origin },
    anonymous,
  );
  const promotion = { accountId, plan: 'pro' };
  const updated = await accounts.updateAccountProfile(promotion, ownerOf(accountId));
  const { refreshToken } = first;
  const second = await login.refresh({ refreshToken, ...origin }, anonymous);

  const verify = (token: string) => authentication.verifyAccessToken({ token }, anonymous);
  expect((await verify(first.token)).claims).toEqual({ plan: 'free', name: 'Ada' });
  expect((await verify(second.token)).claims).toEqual({ plan: 'pro', name: 'Ada' });
  // Nothing else of the document, such as its hash.
  expect(seen).toEqual([created, updated]);
  await services.throwaway.remove();
});

/** Never called: the compiler judges. */
export function create(dependencies: Omit<AuthenticationServiceDependencies, 'claims'>): void {
  const claims = defineAccessTokenClaims({
    types: { seats: 'number' },
    claimsOf: ({ seats }: { readonly seats: number }) => ({ seats }),
  });
  const accountCollection = AccountService.accountCollectionWith(fields);
  // @ts-expect-error accounts have no seats
  AuthenticationService.create({ ...dependencies, accountCollection, claims });
  const types = { plan: 'string' } as const;
  // @ts-expect-error it is declared as a string
  defineAccessTokenClaims({ types, claimsOf: () => ({ plan: 1 }) });
  const plan = defineAccessTokenClaims({
    types,
    claimsOf: (account: Account<typeof fields>) => ({ plan: account.plan }),
  });
  AuthenticationService.create({ ...dependencies, accountCollection, claims: plan });
}
