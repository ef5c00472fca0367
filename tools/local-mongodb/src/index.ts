export {
  DEFAULT_CACHE_DIRECTORY,
  findMongod,
  type FindMongodOptions,
  MONGOD_SOURCES,
} from './finder/find-mongod.ts';
export type { MongodBinary, MongodSearch, MongodSource, NoMongod } from './finder/mongod-source.ts';
export { findLocalMongod, type FoundMongod } from './runner/find-local-mongod.ts';
export {
  type LocalMongod,
  startLocalMongod,
  type StartLocalMongodOptions,
} from './runner/start-local-mongod.ts';
export {
  startThrowawayMongod,
  type StartThrowawayMongodOptions,
  type ThrowawayMongod,
} from './runner/start-throwaway-mongod.ts';
export { DEFAULT_TIME_LIMITS, type TimeLimits } from './time-limits.ts';
export {
  DataDirectoryInUseError,
  type FailedSource,
  type FailedStart,
  IncompatibleDataError,
  MongodBinaryError,
  MongodNotFoundError,
  MongodStartError,
  PortInUseError,
} from './errors.ts';
