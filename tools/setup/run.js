import { spawnSync } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} words
 * @param {string} directory
 * @returns {string} what it wrote to its standard output
 * @throws Error with all that it wrote, if it fails
 */
export function run(command, words, directory) {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    const told = [error?.message, stdout, stderr].filter((text) => text).join('\n');
    throw new Error(`${command} ${words.slice(0, 3).join(' ')} failed:\n${told}`);
  }
  return stdout;
}
