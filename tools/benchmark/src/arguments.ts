import { parseArgs } from 'node:util';

/** How much time the measuring may take: quick is under one minute, full under ten. */
export type Mode = 'quick' | 'full';

/** What the command line asks for. */
export interface Arguments {
  readonly mode: Mode;
  /** Names of the cells to measure; empty: every cell. */
  readonly cells: readonly string[];
  /** Whether a missed goal fails the run. */
  readonly check: boolean;
  /** File that the figures are written to. */
  readonly json: string | undefined;
  /** File that the plot is written to. */
  readonly svg: string | undefined;
  /** Markdown file whose marked part becomes the tables; the plot is written beside it. */
  readonly write: string | undefined;
  readonly help: boolean;
}

/** The command line is not understood; the message says why. */
export class UsageError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

export const USAGE = `Usage: npm run benchmark -- [--quick] [--check] [--cell <name>]
                            [--json <file>] [--svg <file>] [--write <file>]

Compares the program with a bare Fastify and driver server on this machine.

  --quick         under a minute, with generous goals (default: under ten minutes)
  --check         exit with 1 when a goal is missed
  --cell <name>   measure this cell only; may be given again
  --json <file>   write the figures
  --svg <file>    write a plot of the goals
  --write <file>  write the tables into the marked part of a Markdown file, the plot beside it
  --help          this text
`;

const FILE_OPTIONS = ['json', 'svg', 'write'] as const;

/**
 * @param cellNames what `--cell` may name
 * @throws UsageError for an unknown option or cell, a missing value or an argument that is no option
 */
export function parseArguments(
  commandLine: readonly string[],
  cellNames: readonly string[],
): Arguments {
  const { quick, check, help, cell: cells, json, svg, write } = parse(commandLine);
  const files = { json, svg, write };
  for (const option of FILE_OPTIONS) {
    if (files[option]?.trim() === '') {
      throw new UsageError(`--${option} needs the name of a file`);
    }
  }
  const unknown = cells.find((cell) => !cellNames.includes(cell));
  if (unknown !== undefined) {
    throw new UsageError(`There is no cell "${unknown}". There are: ${cellNames.join('; ')}`);
  }
  return { mode: quick ? 'quick' : 'full', cells, check, help, ...files };
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        quick: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        cell: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
        svg: { type: 'string' },
        write: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), error);
  }
}
