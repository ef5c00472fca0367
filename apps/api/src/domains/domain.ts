import type { BackendDependencies } from '@org/backend';

import type { accountFields } from '../account-fields.ts';
import type { Config } from '../config.ts';

export type { Domain } from '@org/backend';

/** What a domain of the program's own is built on: the other modules, and the settings. */
export interface DomainDependencies extends BackendDependencies<typeof accountFields> {
  readonly config: Config;
}
