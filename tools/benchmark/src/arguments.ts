import { parseCommandLine, UsageError, type Mode } from '@org/harness';

/** What the command line asks for. */
export interface Arguments {
  /** `quick` is under one minute, `full` under ten. */
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

const OPTIONS = {
  check: { type: 'boolean', default: false },
  cell: { type: 'string', multiple: true },
  svg: { type: 'string' },
} as const;

/**
 * @param cellNames what `--cell` may name
 * @throws UsageError for an unknown option or cell, a missing value or an argument that is no option
 */
export function parseArguments(
  commandLine: readonly string[],
  cellNames: readonly string[],
): Arguments {
  const { quick, cell: cells = [], check, help, ...files } = parseCommandLine(commandLine, OPTIONS);
  const unknown = cells.find((cell) => !cellNames.includes(cell));
  if (unknown !== undefined) {
    throw new UsageError(`There is no cell "${unknown}". There are: ${cellNames.join('; ')}`);
  }
  const { json, svg, write } = files;
  return { mode: quick ? 'quick' : 'full', cells, check, help, json, svg, write };
}
