import { readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const USER_TIME_FIELD = 14;
const SYSTEM_TIME_FIELD = 15;
const FIRST_FIELD_AFTER_NAME = 3;

/**
 * Seconds of processor time, user and system, from the text of `/proc/<pid>/stat`; see
 * proc_pid_stat(5).
 *
 * @throws Error when the text is none
 */
export function parseProcessorSeconds(stat: string): number {
  // The second field is the process's name in parentheses, and may itself hold blanks and
  // parentheses; no later field does.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [USER_TIME_FIELD, SYSTEM_TIME_FIELD].map((field) =>
    Number(fields[field - FIRST_FIELD_AFTER_NAME]),
  );
  const seconds = ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
  if (Number.isNaN(seconds)) {
    throw new Error(`This is no /proc/<pid>/stat: ${stat}`);
  }
  return seconds;
}

/** Seconds of processor time that a process has used so far, all its threads together. */
export function readProcessorSeconds(pid: number): number {
  return parseProcessorSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
