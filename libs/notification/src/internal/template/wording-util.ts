/** What every security notice ends with. */
export const NOT_YOU = 'If this was not you, reset your password and contact our support.';

export function greeting(firstName: string): string {
  return firstName === '' ? 'Hello,' : `Hello ${firstName},`;
}

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/**
 * A day such as `1 February 2026`.
 *
 * @throws RangeError when the text is no date
 */
export function readableDate(iso: string): string {
  return DATE.format(new Date(iso));
}
