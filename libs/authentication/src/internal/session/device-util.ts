import Bowser from 'bowser';

import type { Session } from '../../types.ts';

/** Longer than what any browser sends, and short enough for what no browser sends. */
const MAXIMUM_LENGTH = 256;
const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));
/** More telling than their system. */
const MODELS: Readonly<Record<string, string>> = { iphone: 'iPhone', ipad: 'iPad', ipod: 'iPod' };

/** What a person recognizes a session by. */
type Device = Pick<Session, 'device' | 'browser'>;

/** Says what is known in words of its own: repeats nothing that the client wrote. */
export function describeDevice(userAgent: string): Device {
  const written = userAgent.slice(0, MAXIMUM_LENGTH).trim();
  if (written === '') {
    return { device: null, browser: null };
  }
  const { browser, os, platform } = Bowser.parse(written);
  const model = MODELS[platform.model?.toLowerCase() ?? ''];
  return { device: model ?? knownIn(SYSTEMS, os.name), browser: knownIn(BROWSERS, browser.name) };
}

/**
 * Equal for the sessions of one device, as far as that can be told: regardless of versions. A program
 * that is no browser is its own device, by the name that it gives itself.
 */
export function deviceKeyOf(userAgent: string): string {
  const { device, browser } = describeDevice(userAgent);
  const isKnown = device !== null || browser !== null;
  const [program = ''] = /^[^\s/(;]{1,64}/.exec(userAgent.trimStart()) ?? [];
  return JSON.stringify(isKnown ? [device, browser] : [program]);
}

function knownIn(names: ReadonlySet<string>, name: string | undefined): string | null {
  return name !== undefined && names.has(name) ? name : null;
}
