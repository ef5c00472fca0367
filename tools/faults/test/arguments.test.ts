import { UsageError } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { parseArguments } from '../src/arguments.ts';
import { FAULTS } from '../src/faults/faults.ts';

describe(parseArguments, () => {
  it('makes every fault happen in full and writes nothing by default', () => {
    expect(parseArguments([])).toEqual({
      mode: 'full',
      faults: FAULTS,
      built: false,
      write: undefined,
      json: undefined,
      help: false,
    });
  });

  it('knows F1 to F20, the storm of logins and the hour of load', () => {
    const ids = Array.from({ length: 20 }, (_, index) => `F${index + 1}`);
    expect(FAULTS.map(({ id }) => id)).toEqual([...ids, 'L1', 'L2']);
  });

  it('reads every option, and keeps the order of the faults', () => {
    const options = ['--quick', '--fault', 'f9', '--fault', 'F3', '--write', 'a.md', '--json', 'b'];
    const { mode, faults, write, json } = parseArguments(options);
    expect({ mode, write, json }).toEqual({ mode: 'quick', write: 'a.md', json: 'b' });
    expect(faults.map(({ id }) => id)).toEqual(['F3', 'F9']);
  });

  it('selects faults by the size of the replica set', () => {
    const idsOf = (...options: string[]) => parseArguments(options).faults.map(({ id }) => id);

    const ofThree = idsOf('--members', '3');

    expect(ofThree).toEqual(['F18', 'F19', 'F20']);
    expect([...idsOf('--members', '1'), ...ofThree].toSorted()).toEqual(idsOf().toSorted());
    expect(idsOf('--members', '1', '--fault', 'F18', '--fault', 'F2')).toEqual(['F2']);
  });

  it.each([
    { commandLine: ['--fast'], names: '--fast' },
    { commandLine: ['--fault', 'F99'], names: 'F99' },
    { commandLine: ['--fault'], names: '--fault' },
    { commandLine: ['--write', ''], names: '--write' },
    { commandLine: ['--members', '2'], names: '1 or 3' },
    { commandLine: ['--members', '3', '--fault', 'F1'], names: 'replica set of 3' },
    { commandLine: ['F3'], names: 'F3' },
  ])('refuses $commandLine and names what it refuses', ({ commandLine, names }) => {
    expect(() => parseArguments(commandLine)).toThrow(UsageError);
    expect(() => parseArguments(commandLine)).toThrow(names);
  });
});
