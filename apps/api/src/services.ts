import { LoginService } from '@org/authentication';
import { createAccountGuard } from '@org/authentication/rest-api';
import type { AccountGuard } from '@org/core/rest-api';
import type { IndexConflict } from '@org/core/store';

import type { Config } from './config.ts';
import { ForeignValidators } from './foreign-validators.ts';
import type { ModulesOptions } from './foundation.ts';
import type { Logger } from './logging.ts';
import { composeModules, type Modules } from './modules.ts';
import { createProviders } from './providers.ts';
import { SecretWatch } from './secret-watch.ts';

export interface ServicesOptions extends Omit<ModulesOptions, 'createProviders'> {
  readonly config: Config;
  readonly logger: Logger;
  /** Tells the person at the terminal about messages kept in the development outbox. */
  readonly report?: (line: string) => void;
}

/** The modules, and what the API and its workers need besides. */
export interface Services extends Omit<Modules, 'initialize'> {
  readonly login: LoginService;
  readonly guard: AccountGuard;
  /** Watches everything that is stored encrypted. */
  readonly secretWatch: SecretWatch;
  readonly foreignValidators: ForeignValidators;
  /** Creates collections, indexes and keys. */
  initialize(): Promise<void>;
  /** Unique indexes that could not be built because an earlier program's documents collide. */
  readonly indexConflicts: () => readonly IndexConflict[];
}

export function composeServices(options: ServicesOptions): Services {
  const { config, database, clock = database.clock, report = () => undefined } = options;
  const modules = composeModules({
    ...options,
    createProviders: (dependencies) => createProviders({ ...dependencies, config, report }),
  });
  const { audit, authentication, accounts, throttle, storedSecrets } = modules;
  const foreignValidators = new ForeignValidators({ ...options, clock });
  let conflicts: readonly IndexConflict[] = [];
  return {
    ...modules,
    login: LoginService.create({ authentication, accounts, audit, throttle }),
    guard: createAccountGuard({ authentication, audit }),
    secretWatch: new SecretWatch({ ...options, storedSecrets }),
    foreignValidators,
    initialize: async () => {
      const reports = await modules.initialize();
      conflicts = reports.flatMap(({ indexConflicts }) => indexConflicts);
      foreignValidators.watch(reports.map(({ collectionName }) => collectionName));
    },
    indexConflicts: () => conflicts,
  };
}
