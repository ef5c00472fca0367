import type { WantedRows } from './store/leased-repository.ts';

/** How many more rows a worker can work on. */
export interface FreeSlots {
  total: number;
  readonly byKind: Map<string, { free: number; readonly reserved: number }>;
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
