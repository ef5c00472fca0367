import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rename } from 'node:fs/promises';

import { LOOPBACK, pollUntil, signalProcess } from '@org/harness';

import { readLock, type DataPaths } from './data-directory.ts';
import { MongodStartError, PortInUseError } from './errors.ts';
import { findProcess, type ProcessDetails } from './processes.ts';
import type { TimeLimits } from './time-limits.ts';

/** How a mongod is started. */
export interface MongodSettings {
  readonly binary: string;
  readonly port: number;
  /** Gigabytes of memory for its cache. */
  readonly cacheSize: number;
  /** The replica set of which it is a member; left out: it is on its own. */
  readonly replicaSet?: string;
  /** Whether TTL indexes delete what has expired by the machine's time. Default: true. */
  readonly deletesExpired?: boolean;
  /** Whether it takes MongoDB's commands for tests, such as `configureFailPoint`. Default: false. */
  readonly testCommands?: boolean;
}

/** A mongod that runs on a data folder. */
export interface RunningMongod {
  readonly details: ProcessDetails;
  readonly port: number;
}

const OPLOG_MEGABYTES = 128;
/**
 * The defaults fill 300 MB of disk with empty journal files, take 0.3 s longer to start, and keep
 * the files of every collection and index open for ten minutes: thousands, if each test has a
 * database.
 */
const ENGINE = [
  'log=(prealloc=false,file_max=32MB)',
  'file_manager=(close_handle_minimum=250,close_idle_time=30)',
].join();
const KILL_LIMIT = 5_000;
const PORT_TAKEN_EXIT_CODE = 48;
const LISTENING = '"id":23016,';
const POLL_INTERVAL = 15;
const LOG_LINES = 8;
const LOG_LINE_LENGTH = 400;

/** {@link findRunningMongod} reads the first two back. */
function makeArguments(paths: DataPaths, settings: MongodSettings): string[] {
  return [
    ...['--dbpath', paths.database],
    ...['--port', String(settings.port)],
    ...['--bind_ip', LOOPBACK],
    ...(settings.replicaSet === undefined ? [] : ['--replSet', settings.replicaSet]),
    ...['--wiredTigerCacheSizeGB', String(settings.cacheSize)],
    ...['--oplogSize', String(OPLOG_MEGABYTES)],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...(settings.deletesExpired === false ? ['--setParameter', 'ttlMonitorEnabled=false'] : []),
    ...(settings.testCommands === true ? ['--setParameter', 'enableTestCommands=1'] : []),
    ...['--wiredTigerEngineConfigString', ENGINE],
    '--nounixsocket',
    '--quiet',
  ];
}

/**
 * Finds the mongod on a data folder by the pid that it writes into its lock file, and makes sure
 * that the process with that pid was started on this very folder.
 */
export async function findRunningMongod(paths: DataPaths): Promise<RunningMongod | undefined> {
  const pid = Number.parseInt(await readLock(paths), 10);
  const details = Number.isInteger(pid) ? findProcess(pid) : undefined;
  const [, port] = details?.commandLine.split(` --dbpath ${paths.database} --port `) ?? [];
  return details && port ? { details, port: Number.parseInt(port, 10) } : undefined;
}

/**
 * Starts a mongod and makes it ready. It is stopped if that fails, and left running otherwise.
 *
 * @throws PortInUseError if somebody else has taken the port
 * @throws MongodStartError, with lines of its log, if it ends or does not become ready
 */
export async function withNewMongod<Result>(
  paths: DataPaths,
  settings: MongodSettings,
  limits: TimeLimits,
  makeReady: (details: ProcessDetails) => Promise<Result>,
): Promise<Result> {
  let child: ChildProcess | undefined;
  try {
    child = await spawnMongod(paths, settings);
    return await makeReady(await waitUntilListening(child, paths, limits.start));
  } catch (error) {
    const details = findProcess(child?.pid ?? 0);
    if (details !== undefined) {
      await stopProcess(details, limits.stop);
    }
    if (child?.exitCode === PORT_TAKEN_EXIT_CODE) {
      throw new PortInUseError(settings.port, error);
    }
    const log = { file: paths.log, lines: await readTellingLines(paths.log) };
    throw new MongodStartError(settings.binary, log, error);
  }
}

/**
 * Starts a mongod in a process group of its own, so that a Ctrl-C in the terminal does not reach
 * it, with its output in the log file; the log of the time before is kept, earlier ones are not.
 */
async function spawnMongod(paths: DataPaths, settings: MongodSettings): Promise<ChildProcess> {
  await mkdir(paths.database, { recursive: true, mode: 0o700 });
  await rename(paths.log, paths.previousLog).catch(() => undefined);
  const log = await open(paths.log, 'w', 0o600);
  try {
    const stdio = ['ignore', log.fd, log.fd] as const;
    const options = { detached: true, stdio: [...stdio] };
    const child = spawn(settings.binary, makeArguments(paths, settings), options);
    await once(child, 'spawn');
    child.unref();
    return child;
  } catch (error) {
    throw new Error(`cannot be started: ${(error as Error).message}`, { cause: error });
  } finally {
    await log.close();
  }
}

/** Waits until it says so in its log: an answer on its port might be somebody else's. */
async function waitUntilListening(
  child: ChildProcess,
  paths: DataPaths,
  limit: number,
): Promise<ProcessDetails> {
  const isListening = async (): Promise<ProcessDetails | undefined> => {
    if (child.signalCode !== null) {
      throw new Error(`was ended by ${child.signalCode}`);
    }
    if (child.exitCode !== null) {
      throw new Error(`ended with exit code ${child.exitCode}`);
    }
    const listens = (await readFile(paths.log, 'utf8')).includes(LISTENING);
    return listens ? findProcess(child.pid ?? 0) : undefined;
  };
  const details = await pollUntil(isListening, limit, POLL_INTERVAL);
  if (details === undefined) {
    throw new Error(`did not listen within ${limit} ms`);
  }
  return details;
}

/**
 * The lines of a mongod's log that say why it ended: its errors, if there are any, since what
 * follows them is only the shutdown; otherwise the last lines.
 */
export async function readTellingLines(logFile: string): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /"s":"[EF]"/.test(line) || !line.startsWith('{'));
  return (errors.length > 0 ? errors : lines).slice(-LOG_LINES).map(toReadable);
}

function toReadable(line: string): string {
  try {
    const { msg, attr } = JSON.parse(line) as { msg?: unknown; attr?: unknown };
    const details = attr === undefined ? '' : ` ${JSON.stringify(attr)}`;
    return `${String(msg)}${details}`.slice(0, LOG_LINE_LENGTH);
  } catch {
    return line.slice(0, LOG_LINE_LENGTH);
  }
}

/**
 * Ends a mongod and waits until it is gone.
 *
 * @param limit milliseconds that it has to end by itself; 0 kills it at once
 * @throws Error if it is still there after being killed
 */
export async function stopProcess(details: ProcessDetails, limit: number): Promise<void> {
  const isGone = () => findProcess(details.pid)?.startTime !== details.startTime;
  if (isGone()) {
    return;
  }
  if (limit > 0) {
    signalProcess(details.pid, 'SIGTERM');
    if ((await pollUntil(isGone, limit)) === true) {
      return;
    }
  }
  signalProcess(details.pid, 'SIGKILL');
  if ((await pollUntil(isGone, KILL_LIMIT)) !== true) {
    throw new Error(`mongod (pid ${details.pid}) is still there ${KILL_LIMIT} ms after SIGKILL`);
  }
}
