import { readFileSync } from 'node:fs';

const RESIDENT = /^VmRSS:\s+(\d+) kB$/m;
const KIBIBYTE = 1024;

/** Bytes of memory that a process has, as Linux counts them. */
export function readMemory(pid: number): number {
  const [, kibibytes] = RESIDENT.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * KIBIBYTE;
}
