import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type as systemName } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGibibytes: number;
  /** Name and version of the kernel. */
  readonly system: string;
  /** How much of the processor's time other machines on the same host took meanwhile. */
  readonly stolenPercent: number;
}

/** Ticks of all processors since the machine started. */
export interface ProcessorTicks {
  readonly total: number;
  readonly stolen: number;
}

const STOLEN_FIELD = 7;
const GIBIBYTE = 2 ** 30;

/** Ticks from the text of `/proc/stat`; see proc_stat(5). */
export function parseProcessorTicks(stat: string): ProcessorTicks {
  const [, ...fields] = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/);
  // Guest time, which follows the stolen time, is also part of user time.
  const ticks = fields.slice(0, STOLEN_FIELD + 1).map(Number);
  return { total: ticks.reduce((sum, value) => sum + value, 0), stolen: ticks[STOLEN_FIELD] ?? 0 };
}

export function readProcessorTicks(): ProcessorTicks {
  return parseProcessorTicks(readFileSync('/proc/stat', 'utf8'));
}

/** @param since what {@link readProcessorTicks} said before the measuring */
export function describeMachine(since: ProcessorTicks): Machine {
  const processors = cpus();
  const now = readProcessorTicks();
  const passed = Math.max(now.total - since.total, 1);
  return {
    node: process.version,
    processor: processors[0]?.model ?? 'unknown processor',
    cores: processors.length,
    memoryGibibytes: Math.round(totalmem() / GIBIBYTE),
    system: `${systemName()} ${release()}`,
    stolenPercent: Math.round(((now.stolen - since.stolen) / passed) * 100),
  };
}
