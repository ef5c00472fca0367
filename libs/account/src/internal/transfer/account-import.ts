import { isDeepStrictEqual } from 'node:util';

import type { OperationContext } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';

import type { ImportedBatch, LineRefusal } from './imported-batch.ts';
import type { AccountWriter } from '../account-writer.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { AccountIdentities } from '../identity/account-identities.ts';
import { identitiesOf } from '../identity/identity-key.ts';
import type { PasswordHasher } from '../password/password-hasher.ts';
import type { AccountDocument } from '../store/account-model.ts';
import { TransferableAccountRepository } from '../store/transferable-account-repository.ts';
import { AccountLineReader, type AccountDraft } from './account-line-reader.ts';
import { LineRefusedError, toAccountLine } from './account-line.ts';

/** One line of many. */
export interface NumberedLine {
  /** From 1 on. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

interface NumberedDraft extends AccountDraft {
  readonly line: number;
}

/** What is to become of lines. */
interface Judgement {
  readonly fresh: readonly NumberedDraft[];
  readonly present: number;
  readonly refused: readonly LineRefusal[];
}

interface ImportParts extends CompleteDependencies {
  readonly hasher: PasswordHasher;
  readonly writer: AccountWriter;
}

const FIELDS = { username: 'username', phone: 'phone_number', email: 'email' } as const;

/** Imports accounts from lines, a batch of them at a time. */
export class AccountImport {
  readonly #parts: ImportParts;
  readonly #lines: AccountLineReader;
  readonly #repository: TransferableAccountRepository;
  readonly #identities: AccountIdentities;
  /** Of a dry run: the ids and names that an import would have given by now. */
  readonly #given: Set<string> | undefined;

  constructor(parts: ImportParts, isDryRun: boolean) {
    this.#parts = parts;
    this.#lines = new AccountLineReader(parts, parts.hasher);
    this.#repository = new TransferableAccountRepository(parts);
    this.#identities = new AccountIdentities(parts);
    this.#given = isDryRun ? new Set() : undefined;
  }

  /** Stores all of the lines' accounts that can be, in one transaction if nobody interferes. */
  async store(lines: readonly NumberedLine[], context: OperationContext): Promise<ImportedBatch> {
    const { drafts, refused } = this.#read(lines);
    const stored = await this.#store(drafts, context);
    const all = [...refused, ...stored.refused].toSorted((a, b) => a.line - b.line);
    return { ...stored, lines: lines.length, refused: all };
  }

  #read(lines: readonly NumberedLine[]) {
    const drafts: NumberedDraft[] = [];
    const refused: LineRefusal[] = [];
    for (const { number: line, bytes } of lines) {
      try {
        const draft = this.#lines.read(bytes);
        if (draft !== undefined) {
          drafts.push({ ...draft, line });
        }
      } catch (error) {
        if (!(error instanceof LineRefusedError)) {
          throw error;
        }
        refused.push({ line, code: error.code, reason: error.message });
      }
    }
    return { drafts, refused };
  }

  async #store(
    drafts: readonly NumberedDraft[],
    context: OperationContext,
  ): Promise<Omit<ImportedBatch, 'lines'>> {
    const { fresh, present, refused } = await this.#judge(drafts, context);
    const documents = fresh.map(({ document }) => document);
    try {
      if (this.#given === undefined && documents.length > 0) {
        const { database, writer } = this.#parts;
        await database.withTransaction(context, (transaction) =>
          writer.createAll(documents, transaction),
        );
      }
      return { created: fresh.length, present, refused };
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
      const others = await this.#storeSingly(fresh, error, context);
      return {
        created: others.created,
        present: present + others.present,
        refused: [...refused, ...others.refused],
      };
    }
  }

  /** Somebody took a name or an id since they were judged, or has a name without an identity. */
  async #storeSingly(
    drafts: readonly NumberedDraft[],
    error: DuplicateKeyError,
    context: OperationContext,
  ): Promise<Omit<ImportedBatch, 'lines'>> {
    const [only] = drafts;
    if (only !== undefined && drafts.length === 1) {
      const { present, refused } = await this.#judge(drafts, context);
      const isJudged = present + refused.length === 1;
      return { created: 0, present, refused: isJudged ? refused : [taken(only, error.fields[0])] };
    }
    const stored = { created: 0, present: 0, refused: [] as LineRefusal[] };
    for (const draft of drafts) {
      const { created, present, refused } = await this.#store([draft], context);
      stored.created += created;
      stored.present += present;
      stored.refused.push(...refused);
    }
    return stored;
  }

  async #judge(drafts: readonly NumberedDraft[], context: OperationContext): Promise<Judgement> {
    const { stored, given } = await this.#findGiven(drafts, context);
    const fresh: NumberedDraft[] = [];
    const refused: LineRefusal[] = [];
    for (const draft of drafts) {
      const id = draft.document._id.toHexString();
      const same = stored.get(id);
      const names = identitiesOf(draft.document);
      const lost = names.find(({ key }) => given.has(key));
      if (same !== undefined || given.has(id)) {
        refused.push(...(same === undefined ? [] : this.#refuseOther(draft, same)));
      } else if (lost !== undefined) {
        refused.push(taken(draft, FIELDS[lost.kind]));
      } else {
        fresh.push(draft);
        stored.set(id, draft.document);
        names.forEach(({ key }) => given.add(key));
        [id, ...names.map(({ key }) => key)].forEach((each) => this.#given?.add(each));
      }
    }
    return { fresh, present: drafts.length - fresh.length - refused.length, refused };
  }

  /** Accounts by their ids, and names that are no longer free. */
  async #findGiven(drafts: readonly NumberedDraft[], context: OperationContext) {
    const ids = drafts.map(({ document }) => document._id.toHexString());
    const found = await this.#repository.findStoredByIds(ids, context);
    const keys = drafts.flatMap(({ document }) => identitiesOf(document).map(({ key }) => key));
    const taken = await this.#identities.findTaken(keys, context);
    return {
      stored: new Map<string, object>(found.map((each) => [each._id.toHexString(), each])),
      given: new Set([...taken, ...(this.#given ?? [])]),
    };
  }

  /** Whoever has the id must be the same account; without one in the line, it is that of the line. */
  #refuseOther({ line, hasId, document }: NumberedDraft, stored: object): readonly LineRefusal[] {
    const { fields } = this.#parts;
    const created_at = (stored as AccountDocument).created_at;
    const now = { created_at: document.created_at ?? created_at };
    const isSame =
      !hasId ||
      ((stored as AccountDocument).active &&
        isDeepStrictEqual(
          toAccountLine({ ...document, ...now }, fields),
          toAccountLine({ ...now, ...stored }, fields),
        ));
    const reason = 'has the id of another account, of a deleted one, or of one that has changed';
    return isSame ? [] : [{ line, code: 'id-taken', reason }];
  }
}

function taken({ line }: NumberedDraft, field = 'id'): LineRefusal {
  const [name] = field.split('.');
  return { line, code: 'name-taken', reason: `its ${name} is that of another account` };
}
