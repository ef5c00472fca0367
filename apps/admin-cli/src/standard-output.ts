import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';

import { exitCodeOf } from './interruption.ts';

const STANDARD_OUTPUT = 1;

/**
 * Ends the process as soon as nobody can read what it prints: quietly if the reader of a pipe, such
 * as `head`, has left, with the exit code of programs that do not outlive that.
 */
export function endIfUnread(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') {
      process.exit(exitCodeOf('SIGPIPE'));
    }
    process.stderr.write(`${message}\n`);
    process.exit(1);
  });
}

/** @throws if it goes to a file that does not take all of it, of which Node's stream says nothing */
export function writeWhole(text: string): void {
  if (process.stdout instanceof Socket) {
    process.stdout.write(text);
  } else {
    writeFileSync(STANDARD_OUTPUT, text);
  }
}
