import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

import {
  ChildProgram,
  databaseUri,
  inWorkspace,
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

const ADMIN_OUTPUT_LIMIT = 64 * 1024 * 1024;

export type ProgramEnvironment = Readonly<Record<string, string>>;

/** The program as its own process, as a user starts it. */
export class Program extends ChildProgram {
  /**
   * Runs the program on Node itself.
   *
   * @param logFile where it writes; default: it is kept in memory
   */
  static run(environment: ProgramEnvironment, logFile?: string): Program {
    const program = sourceProgram(withDefaults(environment));
    return new Program(logFile === undefined ? program : { ...program, logFile });
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

/**
 * Runs `org-admin` on the database of the environment.
 *
 * @returns what it prints
 * @throws Error with its exit code and its standard error, if it fails
 */
export async function runOrgAdmin(
  environment: ProgramEnvironment,
  ...words: readonly string[]
): Promise<string> {
  const { PATH } = process.env;
  const env = { PATH, ...recording(), ...environment };
  const options = { env, maxBuffer: ADMIN_OUTPUT_LIMIT };
  const launcher = inWorkspace('apps/admin-cli/bin/org-admin.js');
  const { stdout } = await promisify(execFile)(launcher, words, options);
  return stdout;
}

function withDefaults(environment: ProgramEnvironment): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...DEFAULTS, ...recording(), ...environment };
}
