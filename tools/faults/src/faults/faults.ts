import { apiKilled } from './f1-api-killed.ts';
import { fourBoots } from './f10-four-boots.ts';
import { manyAccounts } from './f11-many-accounts.ts';
import { costlyTexts } from './f13-costly-texts.ts';
import { erasureKilled } from './f14-erasure-killed.ts';
import { versionBefore } from './f15-version-before.ts';
import { publisherKilled } from './f16-publisher-killed.ts';
import { backfillKilled } from './f17-backfill-killed.ts';
import { primaryLost } from './f18-primary-lost.ts';
import { partitions } from './f19-partitions.ts';
import { failingCommands } from './f20-failing-commands.ts';
import { workerKilled } from './f2-worker-killed.ts';
import { secretKeyChanged } from './f12-secret-key-changed.ts';
import { races } from './f5-races.ts';
import { providersDown } from './f6-providers-down.ts';
import { hostileInput } from './f7-hostile-input.ts';
import { slowClients } from './f8-slow-clients.ts';
import { terminated } from './f9-terminated.ts';
import type { Fault, ReplicaSetFault } from './fault.ts';
import { parallelLogins } from './l1-parallel-logins.ts';
import { soak } from './l2-soak.ts';
import { mongodFrozen, mongodKilled } from './outages.ts';

/** The faults in the order of requirements.md, then loads. */
export const FAULTS: readonly (Fault | ReplicaSetFault)[] = [
  apiKilled,
  workerKilled,
  mongodKilled,
  mongodFrozen,
  races,
  providersDown,
  hostileInput,
  slowClients,
  terminated,
  fourBoots,
  manyAccounts,
  secretKeyChanged,
  costlyTexts,
  erasureKilled,
  versionBefore,
  publisherKilled,
  backfillKilled,
  primaryLost,
  partitions,
  failingCommands,
  parallelLogins,
  soak,
];
