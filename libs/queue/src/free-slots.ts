import type { WantedRows } from './store/leased-repository.ts';

/** Rows of one kind, and how many of them a worker works on at a time. */
export interface QueueKind {
  readonly name: string;
  readonly concurrency: number;
  /** How many of these slots are kept for urgent rows. Default: 0. */
  readonly reservedConcurrency?: number;
  /** Whether another row may start besides those in flight. Default: always. */
  readonly mayStart?: (inFlight: number) => boolean;
  /**
   * Whether leases are renewed while the work lasts. False for work in a transaction that changes
   * the row: the renewal would conflict with it. Default: true.
   */
  readonly isRenewed?: boolean;
}

/** How many more rows a worker can work on. */
export interface FreeSlots {
  total: number;
  readonly byKind: Map<string, { free: number; readonly reserved: number }>;
}

/**
 * @param busy the kinds of the rows in flight
 * @param mayStart whether another row of a kind may start beside so many in flight
 */
export function findFreeSlots(
  kinds: readonly QueueKind[],
  busy: readonly string[],
  mayStart: (kind: QueueKind, inFlight: number) => boolean,
  maximumConcurrency = Infinity,
): FreeSlots {
  const byKind: FreeSlots['byKind'] = new Map();
  let total = 0;
  for (const kind of kinds) {
    const inFlight = busy.filter((name) => name === kind.name).length;
    const slots = kind.concurrency - inFlight;
    let free = 0;
    while (free < slots && mayStart(kind, inFlight + free)) {
      free += 1;
    }
    if (free > 0) {
      const reserved = Math.max(0, (kind.reservedConcurrency ?? 0) - (slots - free));
      byKind.set(kind.name, { free, reserved });
      total += free;
    }
  }
  return { total: Math.min(total, maximumConcurrency - busy.length), byKind };
}

/** The rows that fit into the slots. */
export function wantedRows({ byKind }: FreeSlots): WantedRows {
  const [kinds, urgentKinds]: [string[], string[]] = [[], []];
  for (const [name, { free, reserved }] of byKind) {
    (free > reserved ? kinds : urgentKinds).push(name);
  }
  return { kinds, urgentKinds };
}

/** @returns whether there was one */
export function takeSlot(slots: FreeSlots, kindName: string, isUrgent: boolean): boolean {
  const kind = slots.byKind.get(kindName);
  if (slots.total === 0 || kind === undefined || kind.free <= (isUrgent ? 0 : kind.reserved)) {
    return false;
  }
  kind.free -= 1;
  slots.total -= 1;
  return true;
}
