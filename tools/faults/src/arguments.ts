import { parseCommandLine, UsageError, type Mode } from '@org/harness';

import type { Fault } from './faults/fault.ts';

export type Arguments = Readonly<ReturnType<typeof parseArguments>>;

export const USAGE = `Usage: npm run faults -- [--quick] [--fault <id>]... [--write <file>] [--json <file>]

Kills, freezes, starves and attacks the built program, and looks at what is left.

  --quick         under four minutes, with generous time limits (default: about an hour)
  --fault <id>    only this one, F1 to F14; may be given several times
  --write <file>  also write the results into this document, between its markers
  --json <file>   also write the results to this file
  --help          this text
`;

/** @throws UsageError for an unknown option or fault, a missing value, or an argument that is no option */
export function parseArguments(commandLine: readonly string[], available: readonly Fault[]) {
  const options = { fault: { type: 'string', multiple: true } } as const;
  const { quick, fault: ids, write, json, help } = parseCommandLine(commandLine, options);
  const mode: Mode = quick ? 'quick' : 'full';
  return { mode, faults: select(available, ids), write, json, help };
}

function select(available: readonly Fault[], ids: readonly string[] | undefined) {
  const wanted = new Set(ids?.map((id) => id.toUpperCase()));
  const known = available.map(({ id }) => id);
  const unknown = [...wanted].filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    throw new UsageError(`There is no fault ${unknown.join(', ')}; there are ${known.join(', ')}`);
  }
  return ids === undefined ? available : available.filter(({ id }) => wanted.has(id));
}
