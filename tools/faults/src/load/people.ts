import { isSuccess, type Answer, type Outcome } from '../http/http-client.ts';
import { readTokens, type Tokens } from './answers.ts';
import type { ApiClient, Credentials } from './api-client.ts';
import { makeCredentials } from './identities.ts';

/** Something that a fault stands on did not succeed. */
export class UnexpectedOutcomeError extends Error {
  constructor(what: string, outcome: Outcome) {
    const ending =
      outcome.kind === 'answer'
        ? `${outcome.status} ${JSON.stringify(outcome.body)}`
        : outcome.kind;
    super(`${what}: ${ending}`);
    this.name = new.target.name;
  }
}

/** @throws UnexpectedOutcomeError unless it is a success */
export function assertSuccess(what: string, outcome: Outcome): Answer {
  if (!isSuccess(outcome)) {
    throw new UnexpectedOutcomeError(what, outcome);
  }
  return outcome;
}

/** Somebody who has an account and is logged in. */
export interface Person extends Tokens {
  readonly credentials: Credentials;
}

/** @throws UnexpectedOutcomeError */
export async function signUpAndLogIn(client: ApiClient): Promise<Person> {
  const credentials = makeCredentials();
  assertSuccess('signing up', await client.signUp(credentials, 'Ada'));
  const answer = assertSuccess('logging in', await client.logIn(credentials));
  return { credentials, ...readTokens(answer) };
}
