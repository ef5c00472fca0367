import { cpus, totalmem } from 'node:os';

const GIBIBYTE = 2 ** 30;

/** What the faults happened on. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / GIBIBYTE);
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `Node ${process.version}, ${processors.length} × ${model}, ${memory} GiB`;
}
