export { findMongod, MONGOD_SOURCES } from './finder/find-mongod.ts';
export type { MongodBinary, MongodSearch, MongodSource, NoMongod } from './finder/mongod-source.ts';
export type { FindMongodOptions, StartLocalMongodOptions } from './options.ts';
export { DEFAULT_TIME_LIMITS, type TimeLimits } from './time-limits.ts';
export {
  findLocalMongod,
  startLocalMongod,
  type FoundMongod,
  type LocalMongod,
} from './start-local-mongod.ts';
export {
  startThrowawayMongod,
  type StartThrowawayMongodOptions,
  type ThrowawayMongod,
} from './start-throwaway-mongod.ts';
export {
  startThrowawayReplicaSet,
  type StartThrowawayReplicaSetOptions,
  type ThrowawayMember,
  type ThrowawayReplicaSet,
} from './start-throwaway-replica-set.ts';
export {
  DataDirectoryInUseError,
  IncompatibleDataError,
  MongodBinaryError,
  MongodNotFoundError,
  MongodStartError,
  PortInUseError,
} from './errors.ts';
