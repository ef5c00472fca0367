import { isSuccess } from '@org/harness';

import { readTokens, signUpAndLogIn } from '../../load/people.ts';
import { everybody, expectThat, PARALLEL, race, type Arena, type RoundCheck } from './arena.ts';

/** Nobody is logged out, and there is one successor. */
export async function raceRefreshes(arena: Arena): Promise<RoundCheck> {
  const { accountId, refreshToken } = await signUpAndLogIn(arena.clients[0]);
  const tally = await race(arena, everybody, (client) => client.refresh(refreshToken));
  const tokens = tally.outcomes.filter(isSuccess).map(readTokens);
  const successors = new Set(tokens.map((each) => each.refreshToken));
  const uses = await race(arena, tokens, (client, each) => client.readAccount(each));
  const sessions = await arena.database
    .collection('sessions')
    .countDocuments({ account_id: accountId, revoked_at: null });
  const isOneFamily = successors.size === 1 && sessions === 1;
  return expectThat(
    `${PARALLEL} refreshes with one token: one family, one successor, every token works`,
    isOneFamily && tally.count(201) === PARALLEL && uses.countOthers(200) === 0,
    `${String(tally)}, ${successors.size} successors, uses ${String(uses)}, ${sessions} sessions`,
  );
}
