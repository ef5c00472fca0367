const DAY_OR_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const LENGTH_OF_DAY = '2026-01-31'.length;
const LAST_YEAR = 9999;

/** Whether it can be written with a year of four digits, as RFC 3339 and every client want it. */
export function isCalendarTime(value: unknown): value is Date {
  const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN;
  return year >= 0 && year <= LAST_YEAR;
}

/**
 * Reads a day such as `2026-01-31` (its first moment in UTC), or a time such as
 * `2026-01-31T12:00:00Z`.
 *
 * @returns `undefined` for anything else, also for a day that no month has
 */
export function parseCalendarTime(text: string): Date | undefined {
  if (!DAY_OR_TIME.test(text) || !isDay(text.slice(0, LENGTH_OF_DAY))) {
    return undefined;
  }
  const time = new Date(text);
  return isCalendarTime(time) ? time : undefined;
}

/** Date takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return isCalendarTime(day) && day.toISOString().startsWith(text);
}
