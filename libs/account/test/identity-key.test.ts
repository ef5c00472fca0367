import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';

import {
  emailIdentity,
  identitiesOf,
  ownedIdentitiesOf,
  phoneIdentity,
  usernameIdentity,
} from '../src/internal/identity/identity-key.ts';

const changed = new Date('2026-01-01');
const number = { country_code: '+91', phone_number: '9999999999' };
const names = {
  username: 'Ada',
  phone_number: number,
  email: 'Ada@example.org',
  email_verified: true,
};
const username = { key: 'username:ada', kind: 'username', value: 'Ada' };
const phone = { key: 'phone:+919999999999', kind: 'phone', value: '+919999999999' };
const email = { key: 'email:ada@example.org', kind: 'email', value: 'Ada@example.org' };

describe(usernameIdentity, () => {
  it('is the same for all spellings, and keeps the one given', () => {
    expect(usernameIdentity('ＡDA')).toEqual({ ...username, value: 'ＡDA' });
  });

  it.each(['', '\u200b', 'a'.repeat(1_025)])(
    'is none of a name that no account can have: %j',
    (name) => {
      expect(usernameIdentity(name)).toBeUndefined();
    },
  );
});

describe(phoneIdentity, () => {
  it.each([
    ['+91', '9999999999', '+919999999999'],
    ['+9', '19999999999', '+919999999999'],
    ['+91', '12', '+9112'],
  ])('of %s %s is by E.164', (countryCode, phoneNumber, e164) => {
    expect(phoneIdentity({ countryCode, phoneNumber })).toEqual({
      key: `phone:${e164}`,
      kind: 'phone',
      value: e164,
    });
  });

  it('is none without a number', () => {
    expect(phoneIdentity({ countryCode: '+91', phoneNumber: '' })).toBeUndefined();
  });
});

describe(emailIdentity, () => {
  it('is of an address only', () => {
    expect(emailIdentity('Ada@example.org')).toEqual(email);
    expect(emailIdentity('Ada')).toBeUndefined();
  });
});

describe(identitiesOf, () => {
  it('are all names of an account', () => {
    expect(identitiesOf(names)).toEqual([username, phone, email]);
  });

  it.each([
    ['nothing', {}, []],
    ['null', { username: null, phone_number: null, email: null, email_verified: true }, []],
    ['another type', { username: 7, phone_number: 7, email: 7, email_verified: true }, []],
    ['half a number', { phone_number: { country_code: '+91' } }, []],
    ['the other half', { phone_number: { phone_number: '9999999999' } }, []],
    ['an unproved address', { ...names, email_verified: false }, [username, phone]],
    ['an address that may be proved', { ...names, email_verified: 'yes' }, [username, phone]],
  ])('leave out %s', (_what, stored, identities) => {
    expect(identitiesOf(stored)).toEqual(identities);
  });
});

describe(ownedIdentitiesOf, () => {
  const _id = new ObjectId();
  const verifiedAt = (fields: object) =>
    ownedIdentitiesOf({ ...names, _id, ...fields } as never).map((owned) => owned.verifiedAt);

  it('names the account', () => {
    const [owned] = ownedIdentitiesOf({ ...names, _id, updated_at: changed });

    expect(owned).toEqual({ ...username, accountId: _id.toHexString(), verifiedAt: null });
  });

  it.each([
    ['a proved number', { phone_number_proved: true, updated_at: changed }, changed, changed],
    ['a number of before', { updated_at: changed }, changed, changed],
    ['an unproved number', { phone_number_proved: false, updated_at: changed }, null, changed],
    ['no known time', { updated_at: 'yesterday' }, null, null],
  ])('says since when it is proved, of %s', (_what, fields, ofNumber, ofAddress) => {
    expect(verifiedAt(fields)).toEqual([null, ofNumber, ofAddress]);
  });
});
