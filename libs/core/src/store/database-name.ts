const DEFAULT_NAME = 'org';
const MAXIMUM_BYTES = 63;
const FORBIDDEN = /[/\\. "$*<>:|?\0]/;
/** MongoDB's own: no transaction may use them. */
const RESERVED: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/**
 * The database of a connection.
 *
 * @param given default: the one that the connection string names, else `org`
 * @throws RangeError if MongoDB has no such name for programs
 */
export function databaseNameOf(uri: string, given = databaseNameIn(uri)): string {
  if (
    given === '' ||
    Buffer.byteLength(given) > MAXIMUM_BYTES ||
    FORBIDDEN.test(given) ||
    RESERVED.has(given.toLowerCase())
  ) {
    throw new RangeError(
      `databaseName, or that in the connection string, must be of 1 to ${MAXIMUM_BYTES} bytes, without blanks and any of /\\."$*<>:|?, and not admin, config or local.`,
    );
  }
  return given;
}

/** The driver returns `test` if the connection string names no database. */
function databaseNameIn(uri: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];
  return name === undefined ? DEFAULT_NAME : decodeURIComponent(name);
}
