import { describe, expect, it } from 'vitest';

import { parseArguments, UsageError } from '../src/arguments.ts';

describe(parseArguments, () => {
  it('measures fully, checks nothing and writes no file by default', () => {
    expect(parseArguments([])).toEqual({
      mode: 'full',
      check: false,
      json: undefined,
      help: false,
    });
  });

  it('reads every option', () => {
    expect(parseArguments(['--quick', '--check', '--json', 'out.json', '--help'])).toEqual({
      mode: 'quick',
      check: true,
      json: 'out.json',
      help: true,
    });
  });

  it.each([
    { commandLine: ['--fast'], names: '--fast' },
    { commandLine: ['--target', 'http://example.com'], names: '--target' },
    { commandLine: ['http://example.com'], names: 'http://example.com' },
    { commandLine: ['--json'], names: '--json' },
    { commandLine: ['--json', ''], names: '--json' },
    { commandLine: ['--quick=yes'], names: '--quick' },
  ])('refuses $commandLine and names what it refuses', ({ commandLine, names }) => {
    expect(() => parseArguments(commandLine)).toThrow(UsageError);
    expect(() => parseArguments(commandLine)).toThrow(names);
  });
});
