import type { Logger } from './logging.ts';

type Line = readonly unknown[];

/**
 * A child of the program's logger for one request, made with its first line: most requests log none,
 * and making a child costs as much as a line, since what it adds is searched for secrets.
 */
export class RequestLogger implements Logger {
  readonly #parent: Logger;
  readonly #bindings: Readonly<Record<string, unknown>>;
  #child: Logger | undefined;

  constructor(parent: Logger, bindings: Readonly<Record<string, unknown>>) {
    this.#parent = parent;
    this.#bindings = bindings;
  }

  get level(): Logger['level'] {
    return this.#parent.level;
  }

  child(...options: Parameters<Logger['child']>): Logger {
    return this.#log().child(...options);
  }

  fatal(...line: Line): void {
    this.#write('fatal', line);
  }

  error(...line: Line): void {
    this.#write('error', line);
  }

  warn(...line: Line): void {
    this.#write('warn', line);
  }

  info(...line: Line): void {
    this.#write('info', line);
  }

  debug(...line: Line): void {
    this.#write('debug', line);
  }

  trace(...line: Line): void {
    this.#write('trace', line);
  }

  silent(...line: Line): void {
    this.#write('silent', line);
  }

  #write(level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent', line: Line) {
    const log = this.#log();
    Reflect.apply(log[level], log, line);
  }

  #log(): Logger {
    return (this.#child ??= this.#parent.child(this.#bindings));
  }
}
