import { toEmailKey, toNameKey, type OperationContext } from '@org/core';

import type { CompleteDependencies } from '../account-dependencies.ts';
import { emailIdentity, phoneIdentity, usernameIdentity } from '../identity/identity-key.ts';
import { ownerIdOf, type AccountIdentityDocument } from '../store/account-identity-model.ts';
import { AccountIdentityRepository } from '../store/account-identity-repository.ts';
import { AccountModel } from '../store/account-model.ts';
import {
  namesOf,
  type AccountUnderErasure,
  type ErasableNames,
} from '../store/erasable-account-repository.ts';

const PAGE_SIZE = 200;

/** A name by the digest in audit records, and the identities by which it is somebody's. */
interface Subject {
  readonly digest: string;
  readonly keys: readonly string[];
}

/**
 * Digests of the names that the account has or had, without those that another account had, too: its
 * failed log-ins must not disappear because a stranger took its address for a username. Of an address
 * that the account has not only as a username, no other account's username counts.
 */
export async function findSubjectDigests(
  account: AccountUnderErasure,
  dependencies: CompleteDependencies,
  signal: AbortSignal,
  context: OperationContext,
): Promise<readonly string[]> {
  const keysByDigest = new Map<string, readonly string[]>();
  for await (const names of findNames(account, dependencies, context)) {
    signal.throwIfAborted();
    for (const { digest, keys } of subjectsOf(names, dependencies)) {
      const earlier = keysByDigest.get(digest) ?? keys;
      keysByDigest.set(
        digest,
        earlier.filter((key) => keys.includes(key)),
      );
    }
  }
  const identities = new AccountIdentityRepository(dependencies);
  const found = await identities.findByKeys(
    [...new Set([...keysByDigest.values()].flat())],
    context,
  );
  const others = found.filter((each) => isOfAnother(each, account)).map(({ _id }) => _id);
  const own = [...keysByDigest].filter(([, keys]) => !keys.some((key) => others.includes(key)));
  return own.map(([digest]) => digest);
}

/** Those of its document, and those that the records of its changes say it had before. */
async function* findNames(
  account: AccountUnderErasure,
  { audit }: CompleteDependencies,
  context: OperationContext,
): AsyncGenerator<ErasableNames, void, undefined> {
  yield namesOf(account);
  const resource = {
    resourceType: AccountModel.getCollectionName(),
    resourceId: String(account._id),
  };
  let cursor: string | undefined;
  do {
    const page = await audit.findRecordsByResource(
      { ...resource, limit: PAGE_SIZE, cursor },
      context,
    );
    for (const { changes } of page.items) {
      const { username, email, phone_number: number } = changes;
      yield namesOf({ username: username?.old, email: email?.old, phone_number: number?.old });
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function subjectsOf(
  { username: name, emailAddress, phoneNumber }: ErasableNames,
  { throttle }: CompleteDependencies,
): readonly Subject[] {
  const subjects: Subject[] = [];
  if (name !== '') {
    // Of an address that is spelled otherwise, too.
    const addresses = [name, toNameKey(name)].map((spelling) => emailIdentity(spelling));
    const keys = keysOf(usernameIdentity(name), ...addresses);
    subjects.push({ digest: throttle.digestName({ name }), keys });
  }
  if (emailAddress !== null) {
    const digest = throttle.digestName({ name: toEmailKey(emailAddress) });
    subjects.push({ digest, keys: keysOf(emailIdentity(emailAddress)) });
  }
  if (phoneNumber !== null) {
    const digest = throttle.digestPhoneNumber({ phoneNumber });
    subjects.push({ digest, keys: keysOf(phoneIdentity(phoneNumber)) });
  }
  return subjects;
}

function keysOf(
  ...identities: readonly ({ readonly key: string } | undefined)[]
): readonly string[] {
  return identities.flatMap((identity) => identity?.key ?? []);
}

/** Whoever took the name after the account lost it has no records of before. */
function isOfAnother(
  { account_id, kind, verified_at: verifiedAt, created_at: since }: AccountIdentityDocument,
  { _id, erasure }: AccountUnderErasure,
): boolean {
  const isOwn = ownerIdOf({ account_id }) === String(_id);
  const isClaimed = kind === 'phone' && verifiedAt === null;
  return !isOwn && !isClaimed && !(since > erasure.names_owned_until);
}
