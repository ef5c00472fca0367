import { describe, expect, it } from 'vitest';

import { describeElections } from '../../src/nodes/elections.ts';

const ELECTION = { wonAt: 300, majorityAt: 350 };

describe(describeElections, () => {
  it('tells how long elections took, and how many followed', () => {
    const later = { wonAt: 900, majorityAt: 950 };
    const checks = describeElections('kill', [
      { beganAt: 100, election: ELECTION, lastElection: ELECTION },
      { beganAt: 200, election: ELECTION, lastElection: later },
    ]);
    expect(checks.map(({ name, measured }) => `${name}: ${measured}`)).toEqual([
      'kill: the election after the beginning: median 150 ms, at most 200 ms',
      'kill: its first majority after the election: median 50 ms, at most 50 ms',
      'kill: rounds with further elections: 1',
    ]);
  });

  it('tells nothing of rounds without elections', () => {
    expect(describeElections('cut', [{ beganAt: 100, lastElection: ELECTION }])).toEqual([]);
  });
});
