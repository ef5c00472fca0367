/**
 * @returns the address of an SMTP server: it has a host, and either both a user and a password that
 *   can be decoded, or neither
 * @throws RangeError that does not show it, as it may contain a password
 */
export function checkSmtpUrl(url: string): string {
  if (!isSmtpUrl(url)) {
    throw new RangeError(
      'The url of smtp must begin with smtp:// or smtps:// and have a host, and both user and password or neither, with special characters as %XX.',
    );
  }
  return url;
}

/**
 * @param name of the setting
 * @returns the address of an HTTP API
 * @throws RangeError that does not show it
 */
export function checkHttpUrl(name: string, url: string): string {
  const { protocol, username, password } = parse(url) ?? {};
  const isHttp = protocol === 'https:' || protocol === 'http:';
  // fetch refuses a login.
  if (!isHttp || username !== '' || password !== '') {
    throw new RangeError(
      `The ${name} must begin with http:// or https://, and have no user and password.`,
    );
  }
  return url;
}

function isSmtpUrl(url: string): boolean {
  const parsed = /^smtps?:\/\/\S+$/.test(url) ? parse(url) : undefined;
  if (parsed === undefined) {
    return false;
  }
  const { hostname, port, username, password } = parsed;
  const isLoginWhole = (username === '') === (password === '');
  return hostname !== '' && port !== '0' && isLoginWhole && isDecodable(username + password);
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
