import { AuditService } from '@org/audit';
import type { SecretKey } from '@org/core';
import type { Database } from '@org/core/store';

import type { CommandServices } from './command-services.ts';
import { CommandFailedError } from './errors.ts';

export interface CompositionOptions {
  readonly database: Database;
  /** Opens what the services keep encrypted. */
  readonly secretKey: SecretKey;
}

export interface ComposedServices extends CommandServices {
  /** Creates collections and indexes, so that what is written is checked. */
  initialize(): Promise<void>;
  /** Stores what is buffered. */
  close(): Promise<void>;
}

/** Builds the services that operators use, leaves first. */
export function composeServices({ database }: CompositionOptions): ComposedServices {
  const audit = AuditService.create({ database });
  return {
    audit,
    jobs: {
      listJobs: missing,
      listDeadJobs: missing,
      dispatch: missing,
      replayDeadJob: missing,
    },
    deliveries: { listDeadDeliveries: missing, replayDeadDelivery: missing },
    signingKeys: { rotateSigningKeys: missing },
    accounts: { restoreAccount: missing, eraseAccount: missing },
    initialize: async () => {
      await audit.initialize();
    },
    close: () => audit.close(),
  };
}

function missing(): Promise<never> {
  return Promise.reject(new CommandFailedError('This program has no such service.'));
}
