import type { Mode, ServerProgram } from '@org/harness';
import { describe, expect, it } from 'vitest';

import {
  checkAtLeast,
  checkAtMost,
  checkCount,
  checkFailed,
  checkFindings,
  checkProgram,
  formatTime,
  listNothing,
} from '../../src/faults/check.ts';
import { FaultContext } from '../../src/faults/fault.ts';
import type { Stage } from '../../src/stage.ts';

function checkTime(name: string, milliseconds: number, limit: number, mode: Mode) {
  const context = new FaultContext(mode, {} as Stage, () => undefined);
  return context.checkTime(name, milliseconds, limit);
}

describe('checks', () => {
  it.each([
    { check: checkCount('a', 1, 1), met: true },
    { check: checkCount('a', 2, 1), met: false },
    { check: checkCount('a', Number.NaN, 1), met: false },
    { check: checkAtMost('a', 2, 2), met: true },
    { check: checkAtMost('a', 3, 2), met: false },
    { check: checkAtLeast('a', 2, 2), met: true },
    { check: checkAtLeast('a', 1, 2), met: false },
    { check: listNothing('a', []), met: true },
    { check: listNothing('a', ['b']), met: false },
  ])('judges $check.measured by $check.goal: $met', ({ check, met }) => {
    expect(check.met).toBe(met);
  });

  it('tells where what failed was asked', () => {
    const { met, measured } = checkFailed('a', new Error('The connection closed.'));

    expect(met).toBe(false);
    expect(measured).toMatch(/^The connection closed\. at .*check\.test\.ts:\d+/);
    expect(checkFailed('a', 'closed').measured).toMatch(/^closed at /);
  });

  it('judges times strictly in full, and generously in quick runs, which share their machine', () => {
    expect(checkTime('a', 1_001, 1_000, 'full').met).toBe(false);
    expect(checkTime('a', 1_001, 1_000, 'quick').met).toBe(true);
    expect(checkTime('a', 20_001, 1_000, 'quick').met).toBe(false);
  });

  it('takes a time that never came for missed', () => {
    const check = checkTime('a', Number.NaN, 1_000, 'quick');
    expect(check).toMatchObject({ measured: 'never', met: false });
  });

  it('takes findings for missed when there was nothing to look at', () => {
    expect(checkFindings('a', { checked: 0, violations: [] }).met).toBe(false);
    expect(checkFindings('a', { checked: 1, violations: [] }).met).toBe(true);
  });

  it('names violations', () => {
    const violation = { invariant: 'none of it', subject: 'accounts 1', problem: 'is there' };
    const { measured, met } = checkFindings('a', { checked: 3, violations: [violation] });
    expect(met).toBe(false);
    expect(measured).toBe('1 violations in 3 looks (none of it: accounts 1 is there)');
  });

  it.each([
    [{ level: 50, err: { type: 'E', message: 'm', code: 'SERVER_ERR_02' } }, '0'],
    [{ level: 50, failures: 7, msg: 'MongoDB still does not answer' }, '0'],
    [{ level: 40, msg: 'A warning' }, '0'],
    [{ level: 50, msg: 'Something else' }, '1; Something else'],
    [{ level: 50, err: { type: 'TypeError', message: 'm' }, msg: 'x' }, '1; TypeError: m'],
  ])('takes a line of the log for an error of the program: %j', (line, measured) => {
    const output = `started\n${JSON.stringify(line)}\n`;
    const checks = checkProgram({ hasEnded: false, output } as ServerProgram);

    expect(checks.at(-1)).toMatchObject({ measured });
  });

  it('names what there is none of to be, each once', () => {
    expect(listNothing('a', ['b', 'b', 'c']).measured).toBe('3; b; c');
  });
});

describe(formatTime, () => {
  it.each([
    [1.234, '1.2 ms'],
    [42.4, '42 ms'],
    [1_500, '1.50 s'],
    [Number.NaN, 'never'],
  ])('writes %d as %s', (milliseconds, text) => {
    expect(formatTime(milliseconds)).toBe(text);
  });
});
