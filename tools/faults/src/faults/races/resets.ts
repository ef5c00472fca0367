import { PASSWORD } from '../../load/identities.ts';
import { assertSuccess, signUpAndLogIn } from '../../load/people.ts';
import { readResetToken } from '../../load/secrets.ts';
import {
  countStatus,
  expectThat,
  PARALLEL,
  race,
  times,
  type Arena,
  type RoundCheck,
} from './arena.ts';

/** One of them sets the password, and it is the one that logs in afterwards. */
export async function raceResets(arena: Arena): Promise<RoundCheck[]> {
  const [client] = arena.clients;
  const { accountId, credentials } = await signUpAndLogIn(client);
  const { username } = credentials;
  assertSuccess('asking for a reset', await client.requestPasswordReset(username));
  const token = await readResetToken(arena.stage.email, username);
  const passwords = times(PARALLEL, (index) => `${PASSWORD}-${index}`);
  const tally = await race(
    arena,
    passwords.map((password) => (each) => each.resetPassword(accountId, token, password)),
  );
  const logins = await Promise.all(
    passwords.map((password) => client.logIn({ username, password })),
  );
  const working = logins.filter((outcome) => outcome.kind === 'answer' && outcome.status === 201);
  return [
    expectThat(
      `${PARALLEL} uses of one reset token: one success, the others 400, one password logs in`,
      countStatus(tally, 200) === 1 &&
        countStatus(tally, 400) === PARALLEL - 1 &&
        working.length === 1,
      `${tally.describe()}, ${working.length} passwords log in`,
    ),
  ];
}
