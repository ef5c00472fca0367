import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { BSON } from 'mongodb';

/** Names the directory in which each process has a file: one command a line, as extended JSON. */
export const RECORDING_DIRECTORY = 'RECORDING_DIRECTORY';

export interface RecordedCommand {
  /** Such as `find`. */
  readonly name: string;
  readonly command: BSON.Document;
}

/** What makes a program of this workspace record what it sends to MongoDB. */
export function recording(): Readonly<Record<string, string>> {
  const recorder = new URL('command-recorder.ts', import.meta.url).href;
  return {
    NODE_OPTIONS: `--import=${recorder}`,
    [RECORDING_DIRECTORY]: process.env[RECORDING_DIRECTORY]!,
  };
}

/** What this test file's programs have sent, in the order of each. */
export function readRecording(): readonly RecordedCommand[] {
  const directory = process.env[RECORDING_DIRECTORY]!;
  return readdirSync(directory).flatMap((file) => {
    const lines = readFileSync(path.join(directory, file), 'utf8').trimEnd().split('\n');
    return lines.map((line) => BSON.EJSON.parse(line) as RecordedCommand);
  });
}
