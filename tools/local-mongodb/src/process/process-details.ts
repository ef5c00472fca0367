import { spawnSync } from 'node:child_process';
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

/**
 * Describes a running process: from `/proc` where there is one, otherwise from `ps`.
 *
 * @returns undefined when no such process runs; a zombie does not run.
 * @throws Error when this platform has neither `/proc` nor `ps`.
 */
export function findProcess(pid: number): ProcessDetails | undefined {
  return existsSync('/proc/self/stat') ? readFromProc(pid) : readFromPs(pid);
}

/** Reads `/proc`; exported beside {@link readFromPs} so that a test can compare the two. */
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

/** Asks `ps`, for macOS and the BSDs. */
export function readFromPs(pid: number): ProcessDetails | undefined {
  const columns = ['-o', 'stat=', '-o', 'lstart=', '-o', 'command='];
  const answer = spawnSync('ps', ['-ww', '-p', String(pid), ...columns], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (answer.error !== undefined) {
    throw new Error(`Cannot tell which processes run: there is no /proc, and "ps" failed`, {
      cause: answer.error,
    });
  }
  const [, state, started, commandLine] =
    /^\s*(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/m.exec(answer.stdout) ?? [];
  if (state === undefined || started === undefined || state.startsWith('Z')) {
    return undefined;
  }
  return { pid, startTime: String(Date.parse(started)), commandLine: (commandLine ?? '').trim() };
}
