import type { ReactNode } from 'react';
import { Link } from 'wouter';

const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** A time in the zone of the browser; the exact one in UTC is its title. */
export function Time({ at }: { readonly at: string | null | undefined }): ReactNode {
  return at == null ? (
    <span className="muted">–</span>
  ) : (
    <time dateTime={at} title={at}>
      {FORMAT.format(new Date(at))}
    </time>
  );
}

const TONES: Readonly<Record<string, string>> = {
  active: 'good',
  sent: 'good',
  delivered: 'good',
  succeeded: 'good',
  success: 'good',
  enabled: 'good',
  proved: 'good',
  disabled: 'bad',
  deleted: 'bad',
  dead: 'bad',
  failed: 'bad',
  failure: 'bad',
  failing: 'warn',
  retrying: 'warn',
};

export function Badge({ value }: { readonly value: string }): ReactNode {
  return <span className={`badge ${TONES[value] ?? ''}`}>{value}</span>;
}

export function AccountLink({ id }: { readonly id: string | null }): ReactNode {
  return id === null ? (
    <span className="muted">–</span>
  ) : (
    <Link href={`/accounts/${id}`} className="id">
      {id}
    </Link>
  );
}

export type PhoneNumber = { readonly country_code: string; readonly phone_number: string } | null;

export function phoneText(phone: PhoneNumber): string {
  return phone === null ? '' : `${phone.country_code} ${phone.phone_number}`;
}

/** A value that may be missing. */
export function Maybe({ text }: { readonly text: string | null | undefined }): ReactNode {
  return text == null || text === '' ? <span className="muted">–</span> : text;
}
