import { defineModule } from '@org/core';

/** What events own. */
export const eventsModule = defineModule({
  name: 'events',
  collections: {
    event_deliveries: {
      holds: 'events waiting for a listener, and dead ones',
      personalData: { exported: true, end: 'erased' },
    },
    event_deliveries_sequences: { holds: 'the last number of each key of an ordered listener' },
  },
  permissions: ['events.read', 'events.replay'],
});
