/** By `performance.now()`. */
interface Operation {
  readonly sentAt: number;
  readonly endedAt: number;
}

/** One client writes a register, one version after the other, and reads it. */
interface Access extends Operation {
  readonly register: string;
  readonly version: number;
}

export interface Write extends Access {
  /** Otherwise nobody knows whether it took place. */
  readonly isAcknowledged: boolean;
}

/** Somebody was told of success in what may succeed once. */
export interface Use {
  /** Such as a name that was free, or a secret. */
  readonly gate: string;
  /** What was given for it; the same again is no second success. */
  readonly gained: string;
}

export interface Sending {
  /** To whom, and what; no two messages are alike. */
  readonly message: string;
  /** By `performance.now()`. */
  readonly at: number;
}

/** What clients did and were told, and what is there at the end. */
export interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Access[];
  readonly uses: readonly Use[];
  readonly sendings: readonly Sending[];
  /** Ids of what was created with success. */
  readonly created: readonly string[];
  /** Ids of all that is stored of what clients create. */
  readonly stored: readonly string[];
}

/** Takes down what clients do. */
export class HistoryRecorder implements History {
  readonly writes: Write[] = [];
  readonly reads: Access[] = [];
  readonly uses: Use[] = [];
  readonly sendings: Sending[] = [];
  readonly created: string[] = [];
  readonly stored: string[] = [];
}
