import { InvalidListenerError } from './errors.ts';

export interface ListenerEdges {
  readonly name: string;
  readonly hears: string;
  readonly publishes: readonly string[];
}

/**
 * Refuses listeners that wait for themselves: each would cause the next event, for ever.
 *
 * @throws InvalidListenerError that names the way round
 */
export function assertNoCycle(listeners: readonly ListenerEdges[]): void {
  const finished = new Set<string>();
  const visit = (event: string, way: readonly string[]): void => {
    for (const { name, publishes } of listeners.filter(({ hears }) => hears === event)) {
      for (const next of publishes) {
        const wayOn = [...way, `${event} → ${name}`];
        const start = wayOn.findIndex((step) => step.startsWith(`${next} → `));
        if (start >= 0) {
          const circle = [...wayOn.slice(start), next].join(' → ');
          throw new InvalidListenerError(name, `it waits for itself: ${circle}`);
        }
        if (!finished.has(next)) {
          visit(next, wayOn);
        }
      }
    }
    finished.add(event);
  };
  for (const { hears } of listeners) {
    visit(hears, []);
  }
}
