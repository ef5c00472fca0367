// A worker that is to be killed. Prints a line when a job begins and one when its work is done. A
// `hanging` one does every third job by halves; it waits there for what comes.
import { RecordingAuditTrail } from '@org/core/testing';
import { Database } from '@org/core/store';
import { JobService } from '@org/jobs';

const [uri = '', databaseName = '', manner = ''] = process.argv.slice(2);
const database = await Database.connect({ uri, databaseName });
const jobs = JobService.create({
  database,
  audit: new RecordingAuditTrail(),
  settings: { leaseMilliseconds: 500, pollIntervalMilliseconds: 50 },
});
let begun = 0;

jobs.register({
  name: 'test.number',
  payloadSchema: { type: 'object' },
  concurrency: 1,
  maximumAttempts: 100,
  run: async () => {
    begun += 1;
    console.log('begun');
    if (manner === 'hanging' && begun % 3 === 0) {
      console.log('hanging');
      await new Promise(() => {});
    }
    console.log('done');
  },
});
await jobs.initialize();
await jobs.start();
