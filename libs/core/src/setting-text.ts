import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

import { isPlaceholder } from './secret-key-placeholder.ts';
import { MINIMUM_SECRET_KEY_BYTES } from './secret-key.ts';

const MILLISECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^[1-9]\d{0,5}[smhd]$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** A secret key, or what is wrong with it. */
export type ParsedSecretKey =
  | { readonly bytes: Uint8Array; readonly problem?: undefined }
  | { readonly bytes?: undefined; readonly problem: string };

/** Parsers of the settings that every program of a deployment reads, so that all take the same. */
export const settingText = { parseDuration, parseSecretKey, isVisible, readDotenv };

/** Milliseconds of a duration such as `30s`, `5m`, `2h` or `30d`; `undefined` if it is none. */
function parseDuration(text: string): number | undefined {
  return DURATION.test(text)
    ? Number(text.slice(0, -1)) * (MILLISECONDS_PER_UNIT[text.slice(-1)] ?? Number.NaN)
    : undefined;
}

/** A secret key in base64. The problem is told without the value: most likely it is nearly right. */
function parseSecretKey(encoded: string): ParsedSecretKey {
  const bytes = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (bytes.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    return { problem: `must be at least ${MINIMUM_SECRET_KEY_BYTES} bytes in base64` };
  }
  return isPlaceholder(encoded, bytes) ? { problem: 'is a placeholder, not random' } : { bytes };
}

/** Whether a text can be seen as it is: no control characters, no blanks around it. */
function isVisible(text: string): boolean {
  return /^\P{Cc}+$/u.test(text) && text.trim() === text;
}

/**
 * The settings in a file; none where there is no file.
 *
 * @throws NodeJS.ErrnoException when it cannot be read; with the code
 *   `ERR_ENCODING_INVALID_ENCODED_DATA` when it is not in UTF-8
 */
function readDotenv(path: string): Readonly<Record<string, string | undefined>> {
  try {
    // Takes the byte order mark off, which would belong to the first name.
    return parseEnv(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return {};
    }
    throw error;
  }
}
