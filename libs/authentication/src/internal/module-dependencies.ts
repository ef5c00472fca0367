import type { Clock, SecretKey } from '@org/core';
import type { RepositoryDependencies } from '@org/core/store';
import type { EventPublisher } from '@org/events';

import type { ResolvedSettings } from './authentication-settings.ts';

/** Dependencies of this module's services, which pass them to their readers and writers. */
export interface ModuleDependencies extends RepositoryDependencies {
  readonly secretKey: SecretKey;
  readonly clock: Clock;
}

/** The same, where settings matter: everywhere but for throttling. */
export interface ConfiguredDependencies extends ModuleDependencies {
  readonly settings: ResolvedSettings;
  readonly events: EventPublisher;
}
