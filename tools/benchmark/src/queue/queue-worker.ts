/** A worker of `@org/queue` that does nothing with each row. */
import { CONCURRENCY, KIND, openQueue } from './no-work.ts';

const { queue } = await openQueue(process.env['MONGODB_URI'] ?? '');
queue.handle({ kind: KIND, concurrency: CONCURRENCY, handle: () => Promise.resolve() });
queue.start();
console.log('ready');
