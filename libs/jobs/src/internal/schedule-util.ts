import { Cron } from 'croner';

/**
 * When a schedule is due next, after the given time. A time that clocks going forward skip is due
 * when they have gone forward; one that comes twice when they go back is due once.
 *
 * @returns `null` if it never is
 * @throws Error if it is not a five-field cron expression, or there is no such time zone
 */
export function findNextTick(schedule: string, timezone: string, after: Date): Date | null {
  return new Cron(schedule, { mode: '5-part', timezone }).nextRun(after);
}

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
