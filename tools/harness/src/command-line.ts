import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** How thorough a run is: quick ones share their machine with whatever else CI does there. */
export type Mode = 'quick' | 'full';

export type ByMode<Value = number> = Readonly<Record<Mode, Value>>;

/** The command line is not understood; the message says why. */
export class UsageError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

const COMMON_OPTIONS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  write: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: typeof COMMON_OPTIONS & Options }>
>['values'];

/**
 * Reads `--quick`, `--json <file>`, `--write <file>`, `--help` and the options of the tool.
 *
 * @throws UsageError for an unknown option, a missing value, or an argument that is no option
 */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>(
  commandLine: readonly string[],
  own: Options,
): Values<Options> {
  try {
    const options = { ...COMMON_OPTIONS, ...own };
    const { values } = parseArgs({ args: [...commandLine], options });
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string' && value.trim() === '') {
        throw new UsageError(`--${name} needs the name of a file`);
      }
    }
    return values;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message, error);
  }
}

export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
