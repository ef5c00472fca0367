import { parseCommandLine, UsageError, type Mode } from '@org/harness';

import { FAULTS } from './faults/faults.ts';

export type Arguments = Readonly<ReturnType<typeof parseArguments>>;

export const USAGE = `Usage: npm run faults -- [--quick] [--fault <id>]... [--members <number>]
                         [--built] [--write <file>] [--json <file>]

Kills, freezes, starves and attacks the built program, and looks at what is left.

  --quick         under seven minutes, with generous time limits (default: over two hours)
  --fault <id>    only this one, F1 to F20, L1 or L2; may be given several times
  --members <number>
                  only those on a replica set of 1, or of 3
  --built         take the program that is built already (default: build it)
  --write <file>  also write the results into this document, between its markers
  --json <file>   also write the results to this file
  --help          this text
`;

const OPTIONS = {
  fault: { type: 'string', multiple: true },
  members: { type: 'string' },
  built: { type: 'boolean', default: false },
} as const;

/** @throws UsageError for an unknown option or fault, a missing value, or an argument that is no option */
export function parseArguments(commandLine: readonly string[]) {
  const { quick, fault, members, ...common } = parseCommandLine(commandLine, OPTIONS);
  const mode: Mode = quick ? 'quick' : 'full';
  const known = FAULTS.map(({ id }) => id);
  const wanted = new Set(fault?.map((id) => id.toUpperCase()) ?? known);
  const unknown = [...wanted].filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    throw new UsageError(`There is no fault ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  if (members !== undefined && !['1', '3'].includes(members)) {
    throw new UsageError(`--members is 1 or 3, not ${members}`);
  }
  const faults = FAULTS.filter(
    ({ id, members: own = 1 }) =>
      wanted.has(id) && (members === undefined || Number(members) === own),
  );
  if (faults.length === 0) {
    throw new UsageError(`None of these faults is on a replica set of ${members}`);
  }
  return { ...common, mode, faults };
}
