/** A worker of agenda that does nothing with each job, and removes it as `@org/queue` does. */
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';

import { CONCURRENCY, KIND, POLL_INTERVAL_MILLISECONDS } from './no-work.ts';

const agenda = new Agenda({
  backend: new MongoBackend({ address: process.env['MONGODB_URI'] ?? '', collection: KIND }),
  processEvery: POLL_INTERVAL_MILLISECONDS,
  removeOnComplete: true,
});
agenda.define(KIND, () => Promise.resolve(), { concurrency: CONCURRENCY });
agenda.on('error', (error: unknown) => console.error(error));
await agenda.start();
console.log('ready');
