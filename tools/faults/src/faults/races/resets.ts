import { readResetToken, Tally } from '@org/harness';

import { assertSuccess, PASSWORD, signUpAndLogIn } from '../../load/people.ts';
import { everybody, expectThat, PARALLEL, race, type Arena, type RoundCheck } from './arena.ts';

/** One of them sets the password, and it is the one that logs in afterwards. */
export async function raceResets(arena: Arena): Promise<RoundCheck> {
  const [client] = arena.clients;
  const { accountId, credentials } = await signUpAndLogIn(client);
  const { username } = credentials;
  assertSuccess('asking for a reset', await client.requestPasswordReset(username));
  const token = await readResetToken(arena.stage.email, username);
  const passwords = everybody.map((index) => `${PASSWORD}-${index}`);
  const tally = await race(arena, passwords, (each, password) =>
    each.resetPassword(accountId, token, password),
  );
  const logins = new Tally(
    await Promise.all(passwords.map((password) => client.logIn({ username, password }))),
  );
  const working = logins.count(201);
  return expectThat(
    `${PARALLEL} uses of one reset token: one success, the others 400, one password logs in`,
    tally.count(200) === 1 && tally.count(400) === PARALLEL - 1 && working === 1,
    `${String(tally)}, ${working} passwords log in`,
  );
}
