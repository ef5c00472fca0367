export { LeasedRepository } from './leased-repository.ts';
export { COUNTABLE, QueueRepository } from './queue-repository.ts';

export type {
  Lease,
  RowPage,
  RowWatch,
  RowWatchListener,
  WantedRows,
} from './leased-repository.ts';
export type { QueueDocument } from './queue-repository.ts';
