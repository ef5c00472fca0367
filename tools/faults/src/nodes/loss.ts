import type { ByMode } from '@org/harness';
import { MongoError } from 'mongodb';

import type { Node, ReplicaSetStage } from './replica-set-stage.ts';

const ATTEMPTS = 3;

/** A way to lose the primary, repeatedly, and to have it back. */
export interface Loss {
  readonly name: string;
  readonly rounds: ByMode;
  /** How long it lasts beyond the election, in milliseconds. Default: half a second. */
  readonly lasts?: ByMode;
  /** When clients are to be served again. */
  readonly endsWith: 'the election' | 'its first majority' | 'the fault';
  readonly begin: (stage: ReplicaSetStage, primary: Node) => Promise<void>;
  /** Whatever proxies cut is healed anyway. */
  readonly end?: (stage: ReplicaSetStage, primary: Node) => Promise<void>;
}

interface Beginning {
  /** The one that gets lost. */
  readonly primary: Node;
  readonly beganAt: number;
}

/** Again where the members of a slow machine hold an election of their own in the midst of it. */
export async function beginLoss({ begin }: Loss, stage: ReplicaSetStage): Promise<Beginning> {
  for (let attempt = 1; ; attempt += 1) {
    const primary = await stage.primary();
    const beganAt = performance.now();
    try {
      await begin(stage, primary);
      return { primary, beganAt };
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof MongoError)) {
        throw error;
      }
      await stage.heal();
    }
  }
}
