import { describe, expect, it } from 'vitest';

import { describeDevice, deviceKeyOf } from '../src/internal/session/device-util.ts';

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const android = 'Mozilla/5.0 (Linux; Android 10; K)';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15';
const ipad = 'Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const gecko = '(KHTML, like Gecko)';

const USER_AGENTS: readonly (readonly [string | null, string | null, string])[] = [
  ['Windows', 'Chrome', `${windows} ${webkit} Chrome/131.0.0.0 Safari/537.36`],
  [
    'Windows',
    'Microsoft Edge',
    `${windows} ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
  ],
  ['Windows', 'Opera', `${windows} ${webkit} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0`],
  [
    'Windows',
    'Internet Explorer',
    'Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko',
  ],
  ['Linux', 'Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'],
  [
    'Linux',
    'Chrome',
    `Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/131.0.0.0 Safari/537.36`,
  ],
  [
    'macOS',
    'Safari',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 ${gecko} Version/18.1 Safari/605.1.15`,
  ],
  [
    'Chrome OS',
    'Chrome',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/131.0.0.0 Safari/537.36`,
  ],
  ['Android', 'Chrome', `${android} ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`],
  ['Android', 'Firefox', 'Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0'],
  [
    'Android',
    'Samsung Internet for Android',
    `${android} ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
  ],
  [
    'Android',
    'Microsoft Edge',
    `${android} ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36 EdgA/130.0.0.0`,
  ],
  ['iPhone', 'Safari', `${iphone} ${gecko} Version/18.1 Mobile/15E148 Safari/604.1`],
  ['iPhone', 'Chrome', `${iphone} ${gecko} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1`],
  ['iPhone', 'Safari', `${iphone} ${gecko} Mobile/22B83 [FBAN/FBIOS;FBAV/489.0.0]`],
  ['iPad', 'Firefox', `${ipad} ${gecko} FxiOS/133.0 Mobile/15E148 Safari/605.1.15`],
  [
    'Android',
    'Googlebot',
    `${android} ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)`,
  ],
  [null, 'Googlebot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  [null, null, 'okhttp/4.12.0'],
  [null, null, 'curl/8.11.0'],
  [null, null, 'python-requests/2.32.3'],
  [null, null, 'Dart/3.5 (dart:io)'],
  [null, null, ''],
  [null, null, '   '],
  [null, null, 'Refund at https://evil.example/x (now) please'],
  [null, null, '<b>Firefoxy</b>'.replace('Firefox', 'Fire fox')],
  [null, null, '__proto__/1.0 (constructor)'],
  [null, null, `${'x'.repeat(20_000)} Firefox/133.0`],
];

describe('the device and the browser of a session', () => {
  it.each(USER_AGENTS)('are %s and %s: %s', (device, browser, userAgent) => {
    expect(describeDevice(userAgent)).toEqual({ device, browser });
  });
});

describe('sessions', () => {
  const chrome = (version: number) => `${windows} ${webkit} Chrome/${version}.0.0.0 Safari/537.36`;

  it.each([
    ['another version of a browser', chrome(131), chrome(132)],
    ['another version of a program', 'okhttp/4.12.0', 'okhttp/5.0.0 (extra)'],
    ['no text', '', ' '],
    ['blanks before it', 'okhttp/4.12.0', '  okhttp/4.12.0'],
    ['a system without a browser', 'Reader/1 (Windows NT 10.0)', 'Writer/1 (Windows NT 10.0)'],
  ])('are from one device: %s', (_what, one, other) => {
    expect(deviceKeyOf(one)).toBe(deviceKeyOf(other));
  });

  it.each([
    ['another browser', chrome(131), `${chrome(131)} Edg/131.0.0.0`],
    ['another system', chrome(131), `${android} ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`],
    ['another program', 'okhttp/4.12.0', 'curl/8.11.0'],
    ['another program of that letter', 'okhttp/4.12.0', 'obtain/1.0'],
    ['no name before its details', '(okhttp)', 'okhttp'],
    ['a program that is called as a browser', chrome(131), '["Windows","Chrome"]'],
    ['no text', 'curl/8.11.0', ''],
  ])('are from two devices: %s', (_what, one, other) => {
    expect(deviceKeyOf(one)).not.toBe(deviceKeyOf(other));
  });

  it('have a device of bounded length, whatever the client writes', () => {
    expect(deviceKeyOf('x'.repeat(16_384)).length).toBeLessThan(100);
  });
});
