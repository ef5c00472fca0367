import { isIP } from 'node:net';

import { systemClock } from '@org/core';
import { Database } from '@org/core/store';
import { createEmailProvider, createPushProvider } from '@org/notification';

import { isHttpUrl } from './http-urls.ts';

const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?$/i;

export function isHost(host: string): boolean {
  return isIP(host) !== 0 || (HOST_NAME.test(host) && !/^[\d.]+$/.test(host));
}

/** Whether the driver accepts it; it connects later. */
export function isConnectionString(uri: string): boolean {
  return uri.trim() === uri && succeeds(() => Database.create({ uri }));
}

/** Whether mail can be sent through it; it is not connected to. */
export function isSmtpUrl(url: string): boolean {
  const from = 'nobody@localhost';
  return succeeds(() => createEmailProvider({ kind: 'smtp', url, from }, systemClock));
}

export function isSender(from: string): boolean {
  const url = 'smtp://localhost';
  return succeeds(() => createEmailProvider({ kind: 'smtp', url, from }, systemClock));
}

/** Whether it can sign pushes. */
export function isPushConfig(push: Parameters<typeof createPushProvider>[0]): boolean {
  return succeeds(() => createPushProvider(push, systemClock));
}

function succeeds(use: () => unknown): boolean {
  try {
    use();
    return true;
  } catch {
    return false;
  }
}

/** An address to append paths to. It may contain a misplaced password, so it is not shown. */
export const url = {
  accepts: (value: string) => isHttpUrl(value) && !/[?#]/.test(value),
  expected:
    'a URL that begins with http:// or https://, without user, password, query and fragment, on a port that fetch allows, with special characters as %XX',
};

export const httpsUrl = {
  accepts: (value: string) => value.startsWith('https://') && url.accepts(value),
  expected: url.expected.replace('http:// or ', ''),
};

export function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
