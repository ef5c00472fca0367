import { once } from 'node:events';

import { readConfig, readEnvironment } from '@org/api';

import { catchInterruption } from './interruption.ts';
import { openServices } from './open-services.ts';
import { runProgram } from './program.ts';
import { endIfUnread, writeWhole } from './standard-output.ts';
import { askOnTerminal } from './terminal.ts';

endIfUnread();

process.exitCode = await runProgram(process.argv.slice(2), {
  open: () => openServices(readConfig(readEnvironment().environment, false)),
  input: process.stdin,
  catchInterruption,
  confirm: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined,
  output: {
    write: writeWhole,
    writeError: (text) => void process.stderr.write(text),
    drain: async () => {
      if (process.stdout.writableNeedDrain) {
        await once(process.stdout, 'drain');
      }
    },
    isTerminal: process.stderr.isTTY,
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
  },
});
