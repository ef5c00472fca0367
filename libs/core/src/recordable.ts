const ID = /^[0-9a-f]{24}$/i;
const NAME = /^[a-z0-9.-]{1,100}$/;

/** An id as it is stored. Anything else is left for a module to refuse. */
export function toCanonicalId(text: string): string {
  return ID.test(text) ? text.toLowerCase() : text;
}

/**
 * What an audit record may say of an id that an operator gave: records outlive accounts, and so
 * would a name in its place.
 *
 * @returns `''` for anything but an id
 */
export function toRecordedId(text: string): string {
  return ID.test(text) ? text.toLowerCase() : '';
}

/** What an audit record may say of the name of a job or a role; a person's is left out. */
export function toRecordedName(text: string): string {
  return NAME.test(text) ? text : '[not a name]';
}

/** What an audit record may say of a URL. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) {
    return url;
  }
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') {
    return url;
  }
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
