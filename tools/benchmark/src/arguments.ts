import { parseArgs } from 'node:util';

/** How much time the measuring may take: quick is under one minute, full under ten. */
export type Mode = 'quick' | 'full';

/** What the command line asks for. */
export interface Arguments {
  readonly mode: Mode;
  /** Whether a missed goal fails the run. */
  readonly check: boolean;
  /** File that the figures are written to. */
  readonly json: string | undefined;
  readonly help: boolean;
}

/** The command line is not understood; the message says why. */
export class UsageError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

export const USAGE = `Usage: npm run benchmark -- [--quick] [--check] [--json <file>]

Compares the program with a bare Fastify and driver server on this machine.

  --quick        under a minute, with generous goals (default: under ten minutes)
  --check        exit with 1 when a goal is missed
  --json <file>  also write the figures to this file
  --help         this text
`;

/** @throws UsageError for an unknown option, a missing value or an argument that is no option */
export function parseArguments(commandLine: readonly string[]): Arguments {
  const { quick, check, json, help } = parse(commandLine);
  if (json?.trim() === '') {
    throw new UsageError('--json needs the name of a file');
  }
  return { mode: quick ? 'quick' : 'full', check, json, help };
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        quick: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), error);
  }
}
