import { randomUUID } from 'node:crypto';

import {
  ChildProgram,
  databaseUri,
  LOOPBACK,
  makeSecretKey,
  READY,
  sourceProgram,
  workspaceRoot,
} from '@org/harness';
import { inject } from 'vitest';

import { recording } from './recording.ts';

/** Throttles have tests of their own; everything else is asked as often as a test likes. */
const DEFAULTS = { HOST: LOOPBACK, PORT: '0', LOG_LEVEL: 'warn', RATE_LIMITS: 'off' };

export type ProgramEnvironment = Readonly<Record<string, string>>;

/** The program as its own process, as a user starts it. */
export class Program extends ChildProgram {
  /** Runs the program on Node itself. */
  static run(environment: ProgramEnvironment): Program {
    return new Program(sourceProgram(withDefaults(environment)));
  }

  /** Runs `npm start`, in a process group of its own as a terminal does. */
  static runByNpm(environment: ProgramEnvironment): Program {
    const command = { command: 'npm', arguments: ['start'], leadsGroup: true };
    const directory = workspaceRoot;
    return new Program({ ...command, directory, environment: withDefaults(environment) });
  }

  /** Resolves with its address; rejects with its output when it ends instead. */
  async ready(): Promise<string> {
    return this.printed(READY);
  }
}

/** Settings for a program on the shared test server, with a database of its own. */
export function onThrowawayDatabase(): ProgramEnvironment & { readonly MONGODB_URI: string } {
  const uri = databaseUri(inject('mongodbUri'), `test-${randomUUID()}`);
  return { MONGODB_URI: uri, SECRET_KEY: makeSecretKey() };
}

function withDefaults(environment: ProgramEnvironment): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...DEFAULTS, ...recording(), ...environment };
}
