type Log = (fields: object, message: string) => void;

/** Where a backend logs: pino's methods, of which console has the same. */
export interface BackendLogger {
  readonly debug: Log;
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
}

const ignore: Log = () => undefined;

export const silentLogger: BackendLogger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};
