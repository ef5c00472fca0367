import { describe, expect, it } from 'vitest';

import { findSample } from '../../src/load/load.ts';

const TEXT = `# HELP pool Connections
# TYPE pool gauge
pool_size 7
pool{state="open"} 5
pool{state="in_use"} 2
`;

describe(findSample, () => {
  it('finds a sample by its name and labels', () => {
    expect(findSample(TEXT, 'pool', { state: 'in_use' })).toBe(2);
    expect(findSample(TEXT, 'pool_size')).toBe(7);
  });

  it('says that there is none', () => {
    expect(findSample(TEXT, 'pool', { state: 'awaited' })).toBeNaN();
    expect(findSample(TEXT, 'poo')).toBeNaN();
  });
});
