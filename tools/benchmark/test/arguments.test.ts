import { UsageError } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { parseArguments } from '../src/arguments.ts';
import { CELLS } from '../src/cells/cells.ts';

describe(parseArguments, () => {
  it('measures every cell fully, checks nothing and writes no file by default', () => {
    expect(parseArguments([])).toEqual({
      mode: 'full',
      cells: CELLS,
      check: false,
      json: undefined,
      svg: undefined,
      write: undefined,
      help: false,
    });
  });

  it('reads every option', () => {
    const files = ['--json', 'a.json', '--svg', 'a.svg', '--write', 'a.md'];
    const cells = ['--cell', 'login', '--cell', 'cold start'];
    expect(parseArguments(['--quick', '--check', ...files, ...cells, '--help'])).toEqual({
      mode: 'quick',
      cells: CELLS.filter(({ name }) => name === 'cold start' || name === 'login'),
      check: true,
      json: 'a.json',
      svg: 'a.svg',
      write: 'a.md',
      help: true,
    });
  });

  it.each([
    { commandLine: ['--fast'], names: '--fast' },
    { commandLine: ['--target', 'http://example.com'], names: '--target' },
    { commandLine: ['http://example.com'], names: 'http://example.com' },
    { commandLine: ['--json'], names: '--json' },
    { commandLine: ['--json', ''], names: '--json' },
    { commandLine: ['--svg', ' '], names: '--svg' },
    { commandLine: ['--write', ''], names: '--write' },
    { commandLine: ['--quick=yes'], names: '--quick' },
    { commandLine: ['--cell', 'logout'], names: '"logout". There are: cold start; read own' },
  ])('refuses $commandLine and names what it refuses', ({ commandLine, names }) => {
    expect(() => parseArguments(commandLine)).toThrow(UsageError);
    expect(() => parseArguments(commandLine)).toThrow(names);
  });
});
