import { presentableName } from './person-name.ts';

/** By mail only: a password can only be reset by mail. */
export const NOT_YOU_BY_EMAIL = 'If this was not you, reset your password and contact our support.';
/** On every channel. */
export const NOT_YOU = 'If this was not you, contact our support.';

export interface Repetition {
  readonly times: number;
  readonly since: Date;
}

export function greeting(firstName: string): string {
  const name = presentableName(firstName);
  return name === '' ? 'Hello,' : `Hello ${name},`;
}

/** Follows the description of an event: nothing, when it happened, or how often. */
export function whenRepeated(repetition: Repetition | undefined): string {
  if (repetition === undefined) {
    return '';
  }
  const { times, since } = repetition;
  const time = readableTime(since.toISOString());
  return times === 1 ? ` on ${time}` : ` ${times} times since ${time}`;
}

const TIME = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** A time such as `1 February 2026 at 09:30 UTC`. Throws RangeError if it is no date. */
export function readableTime(iso: string): string {
  return `${TIME.format(new Date(iso))} UTC`;
}

const UNITS = [
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
] as const;

/** A duration such as `5 minutes`, `150 minutes` or `1 hour`: in the largest exact unit. */
export function readableDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const unit = UNITS.find((each) => whole % each.seconds === 0);
  const count = whole / (unit?.seconds ?? 1);
  const name = unit?.name ?? 'second';
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
