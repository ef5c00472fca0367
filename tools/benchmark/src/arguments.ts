import { parseCommandLine, UsageError, type Mode } from '@org/harness';

import { CELLS } from './cells/cells.ts';

export type Arguments = Readonly<ReturnType<typeof parseArguments>>;

export const USAGE = `Usage: npm run benchmark -- [--quick] [--check] [--cell <name>]
                            [--json <file>] [--svg <file>] [--write <file>]

Compares the program with a bare Fastify and driver server on this machine.

  --quick         under two minutes, with generous goals (default: under fifteen minutes)
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

/** @throws UsageError for an unknown option or cell, a missing value or an argument that is no option */
export function parseArguments(commandLine: readonly string[]) {
  const { quick, cell, ...common } = parseCommandLine(commandLine, OPTIONS);
  const mode: Mode = quick ? 'quick' : 'full';
  const known = CELLS.map(({ name }) => name);
  const wanted = cell ?? known;
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no cell "${unknown}". There are: ${known.join('; ')}`);
  }
  return { ...common, mode, cells: CELLS.filter(({ name }) => wanted.includes(name)) };
}
