import { TemporaryDirectory } from '@org/harness';
import { afterAll, expect } from 'vitest';

import './command-recorder.ts';
import { readRecording, RECORDING_DIRECTORY } from './recording.ts';
import { findShardingViolations } from './sharding-rules.ts';

const directory = new TemporaryDirectory('recording');
process.env[RECORDING_DIRECTORY] = directory.path;

/** After those of the test file, which end its programs. */
afterAll(() => {
  const commands = readRecording();
  directory.remove();
  expect(commands.length, 'how many commands this file sent to MongoDB').toBeGreaterThan(0);
  const violations = commands.flatMap((command) => findShardingViolations(command));
  expect([...new Set(violations)], 'what a sharded cluster would refuse').toEqual([]);
});
