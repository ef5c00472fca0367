import { hash } from 'node:crypto';

import type { OperationContext } from '@org/core';

import type { NewDeviceOptions } from '../../account-directory.ts';
import type { CreateAccessTokenParams, SessionTransport } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { describeDevice, deviceKeyOf } from './device-util.ts';
import { createReversalToken } from './session-reversal-token.ts';
import type { SessionDocument, SessionModel } from './store/session-model.ts';
import { SessionRepository } from './store/session-repository.ts';

/** Of an account, live and ended; an older one does not make its device known. */
const MAXIMUM_SESSIONS = 200;
const NEWEST = { sort: { created_at: -1, _id: -1 }, limit: MAXIMUM_SESSIONS } as const;
const ONLY_DEVICES = { account_id: 1, user_agent: 1, created_at: 1, reversed_at: 1 };

export type StartSessionParams = CreateAccessTokenParams &
  NewDeviceOptions & { readonly transport: SessionTransport };

type StartedSession = Pick<CreateAccessTokenParams, 'accountId' | 'userAgent'>;

/** Finds out whether a session is the first one from its device, and tells its owner. */
export class NewDeviceCheck {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: SessionRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies);
  }

  /**
   * Starts a session; without telling its owner, if that is what failed. Not if the transaction is
   * the caller's, which failed with it.
   */
  async tolerate<Session>(
    params: StartSessionParams,
    context: OperationContext,
    start: (params: StartSessionParams) => Promise<Session>,
  ): Promise<Session> {
    const { onNewDevice } = params;
    if (onNewDevice === undefined) {
      return start(params);
    }
    let isTelling = false;
    const observed: typeof onNewDevice = async (device, transaction) => {
      isTelling = true;
      // Another session from the device may have started since the look, and its owner been told.
      const newDevice = await this.#find(params, device.sessionId, transaction);
      if (newDevice !== undefined) {
        await onNewDevice({ ...device, ...newDevice }, transaction);
      }
      isTelling = false;
    };
    return start({ ...params, onNewDevice: observed }).catch((error: unknown) => {
      if (!isTelling || context.transaction !== undefined) {
        throw error;
      }
      return start({ ...params, onNewDevice: undefined });
    });
  }

  /**
   * Looks for earlier sessions from the device while the session is being stored.
   *
   * @returns a function that waits for the result, and tells the owner in the same transaction
   */
  look(
    params: StartSessionParams,
    sessionId: string,
    context: OperationContext,
  ): (session: SessionModel, transaction: OperationContext) => Promise<void> {
    const { authenticatedBy, onNewDevice } = params;
    if (onNewDevice === undefined) {
      return () => Promise.resolve();
    }
    // A login does not fail because nobody knows whether its device is new.
    const found = this.#find(params, sessionId, context.withoutTransaction()).catch(
      () => undefined,
    );
    return async (session, transaction) => {
      const newDevice = await found;
      if (newDevice !== undefined) {
        const { id, accountId, userAgent, ip, createdAt: at } = session;
        const token = createReversalToken(this.#dependencies.secretKey, session);
        const about = { accountId, sessionId: id, authenticatedBy, at, token };
        const key = hash('sha256', deviceKeyOf(params.userAgent), 'base64url');
        const from = { ...describeDevice(userAgent), ip, key };
        await onNewDevice({ ...about, ...from, ...newDevice }, transaction);
      }
    };
  }

  /**
   * Reads them each time, since another process may just have disowned one.
   *
   * @returns `undefined` if the device is known
   */
  async #find(
    { accountId, userAgent }: StartedSession,
    sessionId: string,
    context: OperationContext,
  ): Promise<{ readonly isFirst: boolean } | undefined> {
    const options = { ...NEWEST, projection: ONLY_DEVICES };
    const found = await this.#repository.find({ account_id: accountId }, context, options);
    const others = found.filter(({ _id }) => _id.toHexString() !== sessionId);
    const isKnown = makeKnown(findOfDevice(others, userAgent));
    return isKnown ? undefined : { isFirst: others.length === 0 };
  }
}

function findOfDevice(
  sessions: readonly SessionDocument[],
  userAgent: string,
): readonly SessionDocument[] {
  const device = deviceKeyOf(userAgent);
  // Most are the same text: only what differs is parsed.
  const distinct = new Set<unknown>(sessions.map((session) => session.user_agent));
  const ofDevice = [...distinct].filter(
    (other) => other === userAgent || (typeof other === 'string' && deviceKeyOf(other) === device),
  );
  return sessions.filter((session) => ofDevice.includes(session.user_agent));
}

/** Whoever disowns a session disowns what was started from its device until then. */
function makeKnown(sessions: readonly SessionDocument[]): boolean {
  return sessions.some(
    ({ created_at: at }) =>
      !sessions.some(
        ({ created_at: since, reversed_at: until }) => until && since <= at && at <= until,
      ),
  );
}
