import { clampPageSize, type OperationContext } from '@org/core';
import { parseObjectId, type RepositoryDependencies } from '@org/core/store';

import { AccountBadRequestError } from '../../errors.ts';
import type { AccountOwnFields, AccountState } from '../../types.ts';
import { assertFound, toStoredAccount, type StoredAccount } from '../account-util.ts';
import {
  AccountSearchRepository,
  type SearchPosition,
  type SearchRange,
} from '../store/account-search-repository.ts';

const DEFAULT_LIMIT = 20;
const MAXIMUM_LIMIT = 200;
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;
const PHONE_NUMBER = /^\+?[\d\s().\-/]+$/;
const CODE_LENGTHS = [1, 2, 3];

/** An account of any state, as operators see it. */
export interface AccountSummary extends AccountOwnFields {
  readonly state: AccountState;
  /** When operators disabled it; also of a deleted one, which stays disabled if it is restored. */
  readonly disabledAt: Date | null;
  /** `null` also if an earlier backend deleted it. */
  readonly deletedAt: Date | null;
}

export interface SearchAccountsParams {
  /**
   * What a username, an e-mail address, a phone number (in E.164, also without its +, or without the
   * country's code), a first or a last name begins with, in any case and with any accents. With a
   * letter or a number.
   */
  readonly query: string;
  /** Default: any. */
  readonly state?: AccountState | undefined;
  /** Default: 20, at most 200. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before, of the same query. */
  readonly cursor?: string | undefined;
}

export interface AccountPage {
  /** By what matches: username, e-mail address, phone number, first name, last name; not by time. */
  readonly items: readonly AccountSummary[];
  readonly nextCursor: string | null;
}

/** Where the page before ended. */
interface Cursor {
  /** The range that it had reached. */
  readonly index: number;
  readonly after: SearchPosition;
}

interface Found {
  /** Of the range that has it. */
  readonly index: number;
  readonly range: SearchRange;
  readonly account: StoredAccount;
}

/** Finds accounts of any state, for operators. */
export class AccountSearch {
  readonly #repository: AccountSearchRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new AccountSearchRepository(dependencies);
  }

  /** @throws AccountWithIdNotFoundError if there is none, or it is being erased */
  async getById(id: string, context: OperationContext): Promise<StoredAccount> {
    return assertFound(toStoredAccount(await this.#repository.findById(id, context)), id);
  }

  async findPage(
    { query, state, limit = DEFAULT_LIMIT, cursor }: SearchAccountsParams,
    context: OperationContext,
  ): Promise<AccountPage> {
    const prefix = prefixOf(query);
    const ranges = rangesOf(prefix);
    const start = cursor === undefined ? undefined : readCursor(cursor, prefix, ranges.length);
    const size = clampPageSize(limit, MAXIMUM_LIMIT);
    const found: Found[] = [];
    for (const [index, range] of ranges.entries()) {
      // One more than a page tells whether there is another.
      const rest = size + 1 - found.length;
      if (index >= (start?.index ?? 0) && rest > 0) {
        const after = index === start?.index ? start.after : undefined;
        const options = { state, after, without: ranges.slice(0, index), limit: rest };
        const documents = await this.#repository.findInRange(range, options, context);
        const accounts = documents.flatMap((document) => toStoredAccount(document) ?? []);
        found.push(...accounts.map((account) => ({ index, range, account })));
      }
    }
    const items = found.slice(0, size);
    const last = found.length > size ? items.at(-1) : undefined;
    return {
      items: items.map(({ account }) => toSummary(account)),
      nextCursor: last === undefined ? null : writeCursor(last, prefix),
    };
  }
}

/** An account as operators see it, of any state. */
export function toSummary(account: StoredAccount): AccountSummary {
  const { disabledAt, document } = account;
  const { active, deleted_at: deletedAt } = document;
  const enabled = disabledAt === null ? 'active' : 'disabled';
  return {
    ...account.toAccount(),
    state: active === true ? enabled : 'deleted',
    disabledAt,
    deletedAt: deletedAt instanceof Date ? deletedAt : null,
  };
}

function prefixOf(query: string): string {
  const prefix = query.normalize('NFKC').trim();
  if (!LETTER_OR_NUMBER.test(prefix)) {
    throw AccountBadRequestError.ofField('query', 'must have a letter or a number');
  }
  return prefix;
}

/** Each account is in the first of them that has it. */
function rangesOf(prefix: string): readonly SearchRange[] {
  return [
    { field: 'username', prefix },
    { field: 'email', prefix },
    ...rangesOfPhoneNumber(prefix),
    { field: 'first_name', prefix },
    { field: 'last_name', prefix },
  ];
}

/** In E.164, also without its +, or without the country's code. */
function rangesOfPhoneNumber(text: string): readonly SearchRange[] {
  if (!PHONE_NUMBER.test(text)) {
    return [];
  }
  const field = 'phone_number.phone_number' as const;
  const code = 'phone_number.country_code' as const;
  const digits = text.replaceAll(/\D/g, '');
  const whole: SearchRange = text.startsWith('+')
    ? { field: code, prefix: `+${digits}` }
    : { field, prefix: digits };
  const split = CODE_LENGTHS.filter((length) => length < digits.length).map((length) => ({
    field,
    prefix: digits.slice(length),
    where: { [code]: `+${digits.slice(0, length)}` },
  }));
  return [whole, ...split];
}

function writeCursor(
  { index, range: { field }, account: { id, document } }: Found,
  prefix: string,
): string {
  const [first, second] = field.split('.') as [string, string?];
  const parent = document[first];
  const value = second === undefined ? parent : (parent as Record<string, unknown>)[second];
  return Buffer.from(JSON.stringify([index, id, value, prefix])).toString('base64url');
}

function readCursor(cursor: string, prefix: string, ranges: number): Cursor {
  const [index, id, value, searched] = parseCursor(cursor);
  const _id = typeof id === 'string' ? parseObjectId(id) : undefined;
  const isIndex = Number.isInteger(index) && Number(index) >= 0 && Number(index) < ranges;
  if (!isIndex || _id === undefined || typeof value !== 'string' || searched !== prefix) {
    throw new AccountBadRequestError('cursor must be one that an earlier page of this query gave');
  }
  return { index: Number(index), after: { id: _id, value } };
}

function parseCursor(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
