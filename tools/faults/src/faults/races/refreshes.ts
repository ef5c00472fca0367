import { isSuccess } from '../../http/http-client.ts';
import { readTokens } from '../../load/answers.ts';
import { signUpAndLogIn } from '../../load/people.ts';
import {
  countStatus,
  expectThat,
  PARALLEL,
  race,
  times,
  type Arena,
  type RoundCheck,
} from './arena.ts';

/** Nobody is logged out, and there is one successor. */
export async function raceRefreshes(arena: Arena): Promise<RoundCheck[]> {
  const [client] = arena.clients;
  const person = await signUpAndLogIn(client);
  const tally = await race(
    arena,
    times(PARALLEL, () => (each) => each.refresh(person.refreshToken)),
  );
  const tokens = tally.outcomes.filter(isSuccess).map(readTokens);
  const successors = new Set(tokens.map(({ refreshToken }) => refreshToken));
  const uses = await race(
    arena,
    tokens.map((each) => (any) => any.readAccount(each)),
  );
  const sessions = await arena.stage.databaseServer
    .database()
    .collection('sessions')
    .countDocuments({ account_id: person.accountId, revoked_at: null });
  return [
    expectThat(
      `${PARALLEL} refreshes with one token: one family, one successor, every token works`,
      countStatus(tally, 201) === PARALLEL &&
        successors.size === 1 &&
        uses.countOthers(200) === 0 &&
        sessions === 1,
      `${tally.describe()}, ${successors.size} successors, uses ${uses.describe()}, ${sessions} sessions`,
    ),
  ];
}
