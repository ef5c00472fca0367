import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** A running process, as the operating system describes it. */
export interface ProcessDetails {
  readonly pid: number;
  /** Tells this process from a later one with the same pid; letters, digits and `-` only. */
  readonly startTime: string;
  /** Program and arguments, joined by spaces. */
  readonly commandLine: string;
}

const STATE = 0;
const THREADS = 17;
const START_TICKS = 19;
const MARK = /\.owner-(\d+)-([A-Za-z0-9-]+)-[0-9a-f]{12}$/;

/**
 * Finds a running process: in `/proc` where there is one, otherwise by `ps`.
 *
 * @returns undefined if no such process runs; a zombie does not run
 * @throws Error if this platform has neither `/proc` nor `ps`
 */
export function findProcess(pid: number): ProcessDetails | undefined {
  return existsSync('/proc/self/stat') ? readFromProc(pid) : readFromPs(pid);
}

/** Exported beside {@link readFromPs} so that a test can compare the two. */
export function readFromProc(pid: number): ProcessDetails | undefined {
  try {
    // The second field is the program's name in brackets and may itself hold brackets and spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields[START_TICKS];
    // While other threads are still ending, a zombie holds its files and ports.
    const ended = fields[STATE] === 'X' || (fields[STATE] === 'Z' && Number(fields[THREADS]) <= 1);
    if (ticks === undefined || ended) {
      return undefined;
    }
    // Ticks count from the start of the machine, so that two starts of it could look alike.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, startTime: `${boot}-${ticks}`, commandLine };
  } catch {
    return undefined;
  }
}

/** For macOS and the BSDs. */
export function readFromPs(pid: number): ProcessDetails | undefined {
  const columns = ['-o', 'stat=', '-o', 'lstart=', '-o', 'command='];
  const env = { ...process.env, LC_ALL: 'C' };
  const words = ['-ww', '-p', String(pid), ...columns];
  const { error, stdout } = spawnSync('ps', words, { encoding: 'utf8', env });
  if (error !== undefined) {
    const problem = 'Cannot tell which processes run: there is no /proc, and "ps" failed';
    throw new Error(problem, { cause: error });
  }
  const [, state, started, commandLine = ''] =
    /^\s*(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/m.exec(stdout) ?? [];
  if (state === undefined || started === undefined || state.startsWith('Z')) {
    return undefined;
  }
  return { pid, startTime: String(Date.parse(started)), commandLine: commandLine.trim() };
}

/**
 * Makes a unique name that says which process it belongs to. Anyone may remove a file or folder
 * with such a name once that process is gone, without a race: a dead process never comes back.
 *
 * @param prefix the first part of the name, for a reader of the folder
 */
export function makeOwnedName(prefix: string): string {
  const self = findProcess(process.pid);
  if (self === undefined) {
    throw new Error('This process cannot find itself among those that run');
  }
  return `${prefix}.owner-${self.pid}-${self.startTime}-${randomBytes(6).toString('hex')}`;
}

/** Whose name it is, and whether that process still runs; undefined for other names. */
export function readOwner(name: string): { pid: number; alive: boolean } | undefined {
  const [, pidText, startTime] = MARK.exec(name) ?? [];
  if (pidText === undefined) {
    return undefined;
  }
  const pid = Number(pidText);
  return { pid, alive: findProcess(pid)?.startTime === startTime };
}
