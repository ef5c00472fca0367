import { median } from '@org/harness';

import { checkThat, formatTime, type Check } from '../faults/check.ts';

/** By `performance.now()`. */
export interface Election {
  readonly wonAt: number;
  /** When a majority first had a write of the new primary. */
  readonly majorityAt: number;
}

interface ElectingRound {
  readonly beganAt: number;
  readonly election?: Election | undefined;
  readonly lastElection: Election;
}

/** Nothing of rounds without elections. */
export function describeElections(
  name: string,
  rounds: readonly ElectingRound[],
): readonly Check[] {
  const elections = rounds.flatMap(({ beganAt, lastElection, election }) =>
    election === undefined ? [] : [{ beganAt, lastElection, ...election }],
  );
  if (elections.length === 0) {
    return [];
  }
  const describe = (what: string, times: readonly number[]) => {
    const measured = `median ${formatTime(median(times))}, at most ${formatTime(Math.max(...times))}`;
    return checkThat(`${name}: ${what}`, true, measured, 'measured');
  };
  const further = elections.filter(({ wonAt, lastElection }) => lastElection.wonAt > wonAt).length;
  return [
    describe(
      'the election after the beginning',
      elections.map(({ beganAt, wonAt }) => wonAt - beganAt),
    ),
    describe(
      'its first majority after the election',
      elections.map(({ wonAt, majorityAt }) => majorityAt - wonAt),
    ),
    checkThat(`${name}: rounds with further elections`, true, String(further), 'measured'),
  ];
}
