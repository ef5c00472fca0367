import { parseSecretKey } from './setting-parsers.ts';
import type { SettingName, Settings } from './settings.ts';

/** The keys that a process may read with; it writes with the first only. */
export interface SecretKeyConfig {
  /** Undefined: made once and kept in the data directory. */
  readonly secretKey: Uint8Array | undefined;
  readonly nextSecretKey: Uint8Array | undefined;
  readonly previousSecretKey: Uint8Array | undefined;
}

const NAMES = ['SECRET_KEY', 'SECRET_KEY_NEXT', 'SECRET_KEY_PREVIOUS'] as const;

/** One key in two settings is a change that was begun by mistake, or not carried through. */
export function toSecretKeyConfig(settings: Settings, problems: string[]): SecretKeyConfig {
  const given = new Map<string, SettingName>();
  const [secretKey, nextSecretKey, previousSecretKey] = NAMES.map((name) => {
    const key = parseSecretKey(name, settings[name], problems);
    const encoded = key === undefined ? undefined : Buffer.from(key).toString('base64');
    const other = encoded === undefined ? undefined : given.get(encoded);
    if (encoded !== undefined && other === undefined) {
      given.set(encoded, name);
    } else if (other !== undefined) {
      problems.push(`${name} must differ from ${other}`);
    }
    return key;
  });
  return { secretKey, nextSecretKey, previousSecretKey };
}
