import { stat, type FileHandle } from 'node:fs/promises';

import type { LineRefusal } from '@org/account';

import { CommandFailedError } from './errors.ts';
import { openFile } from './private-file.ts';

/** A list of refused lines. Unless it was named, its file appears with the first of them. */
export class RefusalReport implements AsyncDisposable {
  readonly #source: string;
  #path: string | undefined;
  #handle: FileHandle | undefined;

  private constructor(source: string) {
    this.#source = source;
  }

  /**
   * @param named default: the first of its names beside the source that no earlier report has
   * @throws CommandFailedError if it cannot be written, or is the source itself
   */
  static async open(
    source: string,
    named: string | undefined,
    { dev, ino }: { readonly dev: number; readonly ino: number },
  ): Promise<RefusalReport> {
    const report = new RefusalReport(source);
    if (named !== undefined) {
      const other = await stat(named).catch(() => undefined);
      if (other?.dev === dev && other.ino === ino) {
        throw new CommandFailedError('The report of refused lines cannot be the file itself.');
      }
      report.#path = named;
      report.#handle = await openFile(named, 'w');
    }
    return report;
  }

  get path(): string | undefined {
    return this.#path;
  }

  async add(refused: readonly LineRefusal[]): Promise<void> {
    if (refused.length === 0) {
      return;
    }
    this.#path ??= await findFreePath(this.#source);
    this.#handle ??= await openFile(this.#path, 'wx');
    await this.#handle.write(refused.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }
}

async function findFreePath(source: string): Promise<string> {
  let path = `${source}.refused.ndjson`;
  for (let number = 2; (await stat(path).catch(() => undefined)) !== undefined; number += 1) {
    path = `${source}.refused-${number}.ndjson`;
  }
  return path;
}
