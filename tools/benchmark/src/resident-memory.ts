import { readFileSync } from 'node:fs';

const KIBIBYTES_PER_MEBIBYTE = 1_024;

/**
 * Mebibytes of memory that a process holds, from the text of `/proc/<pid>/status`; see
 * proc_pid_status(5).
 *
 * @throws Error when the text is none
 */
export function parseResidentMebibytes(status: string): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) {
    throw new Error(`No VmRSS, so this is no /proc/<pid>/status of a live process: ${status}`);
  }
  return Number(kibibytes) / KIBIBYTES_PER_MEBIBYTE;
}

export function readResidentMebibytes(pid: number): number {
  return parseResidentMebibytes(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
