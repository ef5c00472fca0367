import { parseArgs } from 'node:util';

import type { Fault, Mode } from './faults/fault.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly mode: Mode;
  /** In the order of requirements.md. */
  readonly faults: readonly Fault[];
  /** Document whose table is written anew. */
  readonly write: string | undefined;
  /** File that the results are written to. */
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

export const USAGE = `Usage: npm run faults -- [--quick] [--fault <id>]... [--write <file>] [--json <file>]

Kills, freezes, starves and attacks the built program, and looks at what is left.

  --quick         under four minutes, with generous time limits (default: about an hour)
  --fault <id>    only this one, F1 to F14; may be given several times
  --write <file>  also write the results into this document, between its markers
  --json <file>   also write the results to this file
  --help          this text
`;

/** @throws UsageError for an unknown option or fault, a missing value, or an argument that is no option */
export function parseArguments(
  commandLine: readonly string[],
  available: readonly Fault[],
): Arguments {
  const { quick, fault: ids, write, json, help } = parse(commandLine);
  for (const [name, file] of Object.entries({ write, json })) {
    if (file?.trim() === '') {
      throw new UsageError(`--${name} needs the name of a file`);
    }
  }
  return { mode: quick ? 'quick' : 'full', faults: select(available, ids), write, json, help };
}

function select(available: readonly Fault[], ids: readonly string[] | undefined) {
  if (ids === undefined) {
    return available;
  }
  const wanted = new Set(ids.map((id) => id.toUpperCase()));
  const known = new Set(available.map(({ id }) => id));
  const unknown = [...wanted].filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no fault ${unknown.join(', ')}; there are ${[...known].join(', ')}`,
    );
  }
  return available.filter(({ id }) => wanted.has(id));
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        quick: { type: 'boolean', default: false },
        fault: { type: 'string', multiple: true },
        write: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), error);
  }
}
