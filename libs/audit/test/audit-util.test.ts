import { Binary, Long, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';

import { redactChanges } from '../src/internal/audit-util.ts';

function described(name: string, value: unknown): unknown {
  return redactChanges({ [name]: { old: null, new: value } })[name]!.new;
}

describe(redactChanges, () => {
  it.each([
    'password',
    'hashed_password',
    'newPassword',
    'token',
    'token_hash',
    'refresh_token',
    'client_secret',
    'otp',
    'otp_code',
    'current_hash',
    'salt',
    'private_key',
    'auth',
  ])('redacts %s', (name) => {
    expect(described(name, 'abc')).toBe('[redacted]');
    expect(described(name, { inner: 'abc' })).toBe('[redacted]');
    expect(described(name, 0)).toBe('[redacted]');
  });

  it.each(['first_name', 'username', 'author', 'active', 'key_id', 'endpoint'])(
    'leaves %s',
    (name) => {
      expect(described(name, 'abc')).toBe('abc');
    },
  );

  it('says that there was no secret before', () => {
    const changes = redactChanges({ otp_hash: { old: null, new: 'abc' } });

    expect(changes).toEqual({ otp_hash: { old: null, new: '[redacted]' } });
  });

  it('redacts inside of objects and lists', () => {
    const keys = [{ kid: 'one', secret: 'abc' }];

    expect(described('settings', { keys, password: 'abc', host: 'mail' })).toEqual({
      keys: [{ kid: 'one', secret: '[redacted]' }],
      password: '[redacted]',
      host: 'mail',
    });
  });

  it('writes an id as hex, and bytes not at all', () => {
    const id = new ObjectId();

    expect(described('account', id)).toBe(id.toHexString());
    expect(described('accounts', [id])).toEqual([id.toHexString()]);
    expect(described('picture', new Binary(Buffer.from('abc')))).toBe('[binary]');
    expect(described('picture', Buffer.from('abc'))).toBe('[binary]');
  });

  it('keeps numbers, flags, dates and null', () => {
    const date = new Date(0);
    const large = Long.fromString('9007199254740993');

    expect(described('values', [1, true, date, null, large])).toEqual([1, true, date, null, large]);
    expect(described('value', undefined)).toBeNull();
  });

  it('cuts a long text, and no character in two', () => {
    expect(described('text', 'a'.repeat(1_000))).toBe('a'.repeat(1_000));
    expect(described('text', 'a'.repeat(1_001))).toBe(`${'a'.repeat(1_000)}…`);
    expect(described('text', `${'a'.repeat(999)}😀`)).toBe(`${'a'.repeat(999)}…`);
  });

  it('cuts what is long, wide or deep', () => {
    const list = Array.from({ length: 53 }, (_, index) => index);
    const wide = Object.fromEntries(list.map((index) => [`field${index}`, index]));
    const deep = { a: { b: { c: { d: { e: { f: 1 } } } } } };

    expect(described('list', list)).toEqual([...list.slice(0, 50), '[3 more]']);
    expect(Object.keys(described('wide', wide) as object)).toHaveLength(50);
    expect(described('deep', deep)).toEqual({ a: { b: { c: { d: { e: '[nested]' } } } } });
  });
});
