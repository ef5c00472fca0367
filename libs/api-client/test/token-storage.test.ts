import { memoryStorage, webStorage, type ApiTokens } from '@org/api-client';
import { beforeEach, describe, expect, it } from 'vitest';

import { FakeStorage } from './fake-browser.ts';

const tokens: ApiTokens = { token: 'a.b.c', refreshToken: 'session.0.secret' };
const newer: ApiTokens = { token: 'd.e.f', refreshToken: 'session.1.secret' };
let area: FakeStorage;

beforeEach(() => {
  area = new FakeStorage();
});

describe(memoryStorage, () => {
  it('keeps tokens for one client', () => {
    const storage = memoryStorage();
    storage.write(tokens);

    expect(storage.read()).toEqual(tokens);
    expect(memoryStorage().read()).toBeUndefined();
    expect(storage.sharedAs).toBeUndefined();
  });
});

describe(webStorage, () => {
  it('keeps tokens for all tabs, under a key', () => {
    const storage = webStorage(() => area, 'my-app');
    storage.write(tokens);

    expect([...area.texts]).toEqual([['my-app', JSON.stringify(tokens)]]);
    expect(webStorage(() => area, 'my-app').read()).toEqual(tokens);
    expect(webStorage(() => area).read()).toBeUndefined();
    expect(storage.sharedAs).toBe('my-app');
    storage.write(undefined);
    expect(area.texts.size).toBe(0);
  });

  it.each([
    '',
    '{',
    'null',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"token":"a.b.c"}',
    '{"token":"a.b.c","refreshToken":null}',
    '{"token":"","refreshToken":"x"}',
    '{"token":"a\\nb","refreshToken":"x"}',
    '{"token":"a.b.c","refreshToken":"ä"}',
  ])('reads %j as no tokens', (text) => {
    area.setItem('api-tokens', text);
    const storage = webStorage(() => area);

    expect(storage.read()).toBeUndefined();
    storage.write(tokens);
    expect(storage.read()).toEqual(tokens);
  });

  it('keeps tokens in memory where it is forbidden, even to name it', () => {
    const storage = webStorage(() => {
      throw new DOMException('Access is denied.', 'SecurityError');
    });
    expect(storage.read()).toBeUndefined();
    storage.write(tokens);

    expect(storage.read()).toEqual(tokens);
    storage.write(undefined);
    expect(storage.read()).toBeUndefined();
  });

  it('keeps what it read when it is forbidden later', () => {
    const storage = webStorage(() => area);
    storage.write(tokens);
    area.isForbidden = true;

    expect(storage.read()).toEqual(tokens);
  });

  it('leaves no former tokens to other tabs when it is full, and goes on by itself', () => {
    const storage = webStorage(() => area);
    storage.write(tokens);
    area.isFull = true;
    storage.write(newer);

    expect(storage.read()).toEqual(newer);
    expect(webStorage(() => area).read()).toBeUndefined();
  });

  it('takes what another tab stores, after it was full', () => {
    const storage = webStorage(() => area);
    area.isFull = true;
    storage.write(tokens);
    area.isFull = false;
    webStorage(() => area).write(newer);

    expect(storage.read()).toEqual(newer);
  });
});
