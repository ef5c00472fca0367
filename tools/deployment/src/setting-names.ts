import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

/** Names of the program's settings, as `npm run settings` writes them. */
export function readSettingNames(): readonly string[] {
  return readFileSync(inWorkspace('.env.example'), 'utf8').match(/(?<=^# )[A-Z_]+(?==)/gm) ?? [];
}

/** Names in an environment that are no settings, also not as `NAME_FILE`. */
export function findUnknownSettings(names: readonly string[]): readonly string[] {
  const known = new Set(readSettingNames());
  return names.filter((name) => !known.has(name.replace(/_FILE$/, '')));
}
