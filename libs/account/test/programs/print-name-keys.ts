// Prints, for each name of a file (JSON strings, one a line): its key as a username, or null if it is
// refused, and the key of the e-mail address that it makes with a domain, or null. For the gate of
// Unicode, whose judges are Python programs.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';

import { isEmailAddress, toEmailKey, toNameKey } from '@org/core';

import { normalizeUsername } from '../../src/internal/username.ts';

const [, , file = ''] = argv;
const lines = readFileSync(file, 'utf8').trim().split('\n');
const answers = lines.map((line) => {
  const name = JSON.parse(line) as string;
  const address = `${name}@example.org`;
  return JSON.stringify([keyOf(name), isEmailAddress(address) ? toEmailKey(address) : null]);
});
process.stdout.write(`${answers.join('\n')}\n`);

function keyOf(username: string): string | null {
  try {
    return toNameKey(normalizeUsername(username));
  } catch {
    return null;
  }
}
