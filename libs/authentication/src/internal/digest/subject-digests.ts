import { createHmac } from 'node:crypto';

import { normalizeSource, type OperationContext, type PhoneNumber } from '@org/core';

import { normalizeName, normalizePhoneNumber } from '../throttle/throttle-util.ts';
import type { DigestKeyWriter } from './digest-key-writer.ts';

/** 128 bits tell sources apart, and make a short name of a field. */
const SOURCE_HEX_DIGITS = 32;

/**
 * Keyed digests of what was submitted: the same for every spelling of it, whether or not an account
 * has it, and worth nothing to whoever has only the database.
 */
export class SubjectDigests {
  readonly #writer: DigestKeyWriter;
  #key: Buffer | undefined;

  constructor(writer: DigestKeyWriter) {
    this.#writer = writer;
  }

  async initialize(context: OperationContext): Promise<void> {
    this.#key = await this.#writer.getOrCreateDigestKey(context);
  }

  digestName(name: string): string {
    return this.#digest('name', [normalizeName(name)]).toString('base64url');
  }

  digestPhoneNumber(phoneNumber: PhoneNumber): string {
    return this.#digest('number', [normalizePhoneNumber(phoneNumber)]).toString('base64url');
  }

  /** A source as that of one name or number: it tells nothing of the same source elsewhere. */
  digestSource(counterKey: string, { sourceAddress }: OperationContext): string | undefined {
    return sourceAddress === undefined
      ? undefined
      : this.#digest('source', [counterKey, normalizeSource(sourceAddress)])
          .toString('hex')
          .slice(0, SOURCE_HEX_DIGITS);
  }

  #digest(purpose: string, parts: readonly string[]): Buffer {
    if (this.#key === undefined) {
      throw new Error('There is no digest key. Initialize the throttle service first.');
    }
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest();
  }
}
