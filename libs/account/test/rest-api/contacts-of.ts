import { ObjectId } from 'mongodb';

import { anonymous } from '../services.ts';
import type { Answer, Owner, TestApp } from './app.ts';

export const origin = { userAgent: 'test', ip: '192.0.2.1' };

const COLLECTIONS = [
  'accounts',
  'account_identities',
  'account_contact_changes',
  'email_codes',
  'notification_deliveries',
  'notice_windows',
  'otps',
  'password_reset_tokens',
  'sessions',
];

export const numberOf = (phone_number: string) => ({ country_code: '+91', phone_number });

/** The token in a notice. */
export function reversalIn(text: string | undefined): string {
  return /http:\/\/localhost:3000\/contact-reversals#token=([\w-]{43})/.exec(text!)![1]!;
}

/** What owners do about their contacts, and what they are told. */
export function contactsOf(app: () => TestApp) {
  function forget(): void {
    app().outbox.emails.length = 0;
    app().outbox.smsMessages.length = 0;
  }

  /** Messages by recipient, the latest first. */
  async function deliver(): Promise<Record<string, string>> {
    await app().notification.deliverDueMessages();
    const { emails, smsMessages } = app().outbox;
    const sent: Record<string, string> = {};
    for (const { to, text } of [...emails, ...smsMessages]) {
      sent[to] = [text, sent[to] ?? ''].join('\n').trim();
    }
    forget();
    return sent;
  }

  async function codeFor(to: string): Promise<string> {
    return /\b\d{6}\b/.exec((await deliver())[to]!)![0];
  }

  async function logIn(id: string): Promise<Owner> {
    const stored = await app()
      .collection('accounts')
      .findOne({ _id: new ObjectId(id) });
    const sessionEpoch = (stored!['session_epoch'] as number | undefined) ?? 0;
    const session = { accountId: id, sessionEpoch, ...origin };
    const { token } = await app().authentication.createAccessToken(session, anonymous);
    return { id, token };
  }

  /** An account with a proved e-mail address. */
  async function ownerWith(emailAddress: string): Promise<Owner> {
    return logIn((await app().accounts.admitProvedEmail({ emailAddress }, anonymous)).id);
  }

  function request({ id, token }: Owner, body: object): Promise<Answer> {
    return app().send('POST', `/accounts/${id}/contact-changes`, { token, body });
  }

  function confirm({ id, token }: Owner, changeId: string, code: unknown): Promise<Answer> {
    const path = `/accounts/${id}/contact-changes/${changeId}`;
    return app().send('POST', path, { token, body: { code } });
  }

  function remove({ id, token }: Owner, contact: 'email' | 'phone-number'): Promise<Answer> {
    return app().send('DELETE', `/accounts/${id}/${contact}`, { token });
  }

  async function change(owner: Owner, contact: { email: string } | string): Promise<Answer> {
    const body = typeof contact === 'string' ? { phone_number: numberOf(contact) } : contact;
    const { body: requested } = await request(owner, body);
    const code = await codeFor(typeof contact === 'string' ? `+91${contact}` : contact.email);
    return confirm(owner, requested.id, code);
  }

  function reverse(token: unknown): Promise<Answer> {
    return app().send('POST', '/contact-reversals', { body: { token } });
  }

  async function identitiesOf({ id }: Owner): Promise<Record<string, boolean>> {
    const found = await app().collection('account_identities').find({ account_id: id }).toArray();
    return Object.fromEntries(
      found.map((each) => [String(each._id), each['reserved_until'] !== undefined]),
    );
  }

  const isAlive = async ({ id, token }: Owner) =>
    (await app().send('GET', `/accounts/${id}`, { token })).status === 200;
  const proveEmail = (emailAddress: string) =>
    app().accounts.admitProvedEmail({ emailAddress }, anonymous);

  async function clear(): Promise<void> {
    for (const name of COLLECTIONS) {
      await app().collection(name).deleteMany({});
    }
    forget();
  }

  return {
    clear,
    deliver,
    codeFor,
    logIn,
    ownerWith,
    request,
    confirm,
    remove,
    change,
    reverse,
    identitiesOf,
    isAlive,
    proveEmail,
  };
}
