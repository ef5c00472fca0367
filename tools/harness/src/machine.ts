import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type as systemName } from 'node:os';

export type Machine = Readonly<ReturnType<typeof readMachine>>;

/** Of all processors since the machine started. */
type ProcessorTicks = Readonly<Record<'total' | 'stolen', number>>;

const STOLEN_FIELD = 7;
/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
/**
 * User and system time in `/proc/<pid>/stat`, its own and that of its children that have ended,
 * counted from the field after the process's name.
 */
const TIME_FIELDS = [11, 12, 13, 14];

export function readMachine() {
  const processors = cpus();
  return {
    node: process.version,
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release()}`,
  };
}

/** Such as `Node v24.0.0, 2 × Any Processor, 8 GiB`. */
export function renderMachine({ node, cores, processor, memoryGibibytes }: Machine): string {
  return `Node ${node}, ${cores} × ${processor}, ${memoryGibibytes} GiB`;
}

/** @param stat the text of `/proc/stat`; see proc_stat(5) */
export function parseProcessorTicks(stat: string): ProcessorTicks {
  const [, ...fields] = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/);
  // Guest time, which follows the stolen time, is also part of user time.
  const ticks = fields.slice(0, STOLEN_FIELD + 1).map(Number);
  return { total: ticks.reduce((sum, value) => sum + value, 0), stolen: ticks[STOLEN_FIELD] ?? 0 };
}

export function readProcessorTicks(): ProcessorTicks {
  return parseProcessorTicks(readFileSync('/proc/stat', 'utf8'));
}

/** How much of the processors' time other machines on the same host have taken since then. */
export function stolenPercentSince(since: ProcessorTicks): number {
  const now = readProcessorTicks();
  const passed = Math.max(now.total - since.total, 1);
  return Math.round(((now.stolen - since.stolen) / passed) * 100);
}

/**
 * Seconds of processor time, user and system, that a process and its children have used, all their
 * threads together.
 */
export function readProcessorSeconds(pid: number): number {
  const own = parseProcessorSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return childrenOf(pid).reduce((sum, child) => sum + readProcessorSeconds(child), own);
}

/** @param stat see proc_pid_stat(5) */
export function parseProcessorSeconds(stat: string): number {
  // The process's name is in parentheses and may itself hold blanks and parentheses; no later field
  // does.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = TIME_FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0);
  if (Number.isNaN(ticks)) {
    throw new Error(`This is no /proc/<pid>/stat: ${stat}`);
  }
  return ticks / TICKS_PER_SECOND;
}

/**
 * Mebibytes of memory that a process holds, and its children beside: what they share with it, such as
 * the code of Node, is not counted again.
 */
export function readResidentMebibytes(pid: number): number {
  const own = parseMebibytes('VmRSS', readFileSync(`/proc/${pid}/status`, 'utf8'));
  return childrenOf(pid).reduce(
    (sum, child) => sum + parseMebibytes('RssAnon', readFileSync(`/proc/${child}/status`, 'utf8')),
    own,
  );
}

/** @param status see proc_pid_status(5) */
export function parseMebibytes(name: 'VmRSS' | 'RssAnon', status: string): number {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) {
    throw new Error(`No ${name}, so this is no /proc/<pid>/status of a live process: ${status}`);
  }
  return Number(kibibytes) / 1024;
}

/** Those of its main thread; Node starts none on others. */
function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}
