import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';

import { CommandFailedError } from './errors.ts';

/** What they hold is for their owner's eyes. */
const PRIVATE = 0o600;

/** @throws CommandFailedError */
export async function openFile(file: string, flags: 'r' | 'w' | 'wx'): Promise<FileHandle> {
  try {
    return await open(file, flags, PRIVATE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailedError(
      `Cannot ${flags === 'r' ? 'read' : 'write'} ${file}: ${code}`,
      error,
    );
  }
}

/** A file that appears once it is whole; until then it is `<file>.part`, and removed unless whole. */
export class UnfinishedFile implements AsyncDisposable {
  readonly #file: string;
  readonly #handle: FileHandle;
  #isWhole = false;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /** @throws CommandFailedError also if there is such a file, or another export is writing it */
  static async create(file: string): Promise<UnfinishedFile> {
    if (await isThere(file)) {
      throw new CommandFailedError(`There is a file ${file} already.`);
    }
    return new UnfinishedFile(file, await openFile(partOf(file), 'wx'));
  }

  async write(text: string): Promise<void> {
    await this.#handle.writeFile(text);
  }

  /** @throws CommandFailedError if there is such a file by now; what was written stays as `.part` */
  async finish(): Promise<void> {
    const [file, part] = [this.#file, partOf(this.#file)];
    await this.#handle.sync();
    this.#isWhole = true;
    if (await isThere(file)) {
      throw new CommandFailedError(`There is a file ${file} by now: all is in ${part}.`);
    }
    await rename(part, file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    if (!this.#isWhole) {
      await rm(partOf(this.#file), { force: true });
    }
  }
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function partOf(file: string): string {
  return `${file}.part`;
}
