import { MODULE_OPTIONS, PROVIDER_OPTIONS } from './module-option-rules.ts';
import {
  HTTP_SETTINGS,
  isObject,
  isProvider,
  OPTIONS,
  SETTINGS,
  type Rules,
} from './option-rules.ts';

/**
 * Types are not there at run time: what the environment lacks or JavaScript misspells is refused
 * before anything connects. What was given is not shown; it may be a secret.
 *
 * @throws RangeError that names the option
 */
export function checkOptions(options: unknown, required: readonly string[]): void {
  if (!isObject(options)) {
    throw new RangeError('The options must be an object.');
  }
  for (const name of required) {
    assertAccepted(name, options[name], OPTIONS);
  }
  checkEach('', options, OPTIONS);
  const nested = { settings: SETTINGS, 'settings.http': HTTP_SETTINGS, ...MODULE_OPTIONS };
  for (const [path, rules] of Object.entries(nested)) {
    checkEach(`${path}.`, valueAt(options, path), rules);
  }
  for (const [channel, rules] of Object.entries(PROVIDER_OPTIONS)) {
    const provider = valueAt(options, channel);
    // One of one's own may have what it likes.
    checkEach(`${channel}.`, isProvider(provider) ? {} : provider, rules);
  }
}

function valueAt(options: object, path: string): object {
  const value = path
    .split('.')
    .reduce((object: unknown, name) => (isObject(object) ? object[name] : undefined), options);
  return isObject(value) ? value : {};
}

/**
 * @param path where the values are, for the message; ends with a dot
 * @throws RangeError that names the option which there is not, or which is not as it must be
 */
export function checkEach(path: string, values: object, rules: Rules): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(rules, name)) {
      const known = Object.keys(rules).join(', ');
      throw new RangeError(`There is no option ${path}${name}; there are: ${known}.`);
    }
    if (value !== undefined) {
      assertAccepted(name, value, rules, path);
    }
  }
}

function assertAccepted(name: string, value: unknown, rules: Rules, path = ''): void {
  const rule = rules[name];
  if (rule !== undefined && !rule.accepts(value)) {
    throw new RangeError(`${path}${name} must ${rule.must}.`);
  }
}
