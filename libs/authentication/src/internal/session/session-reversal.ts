import type { OperationContext } from '@org/core';
import { objectIdOf, parseObjectId } from '@org/core/store';

import type { AccountIdParams } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { reversedSessionEvent } from '../security-event-util.ts';
import { isGenuineReversal, parseReversalToken } from './session-reversal-token.ts';
import type { SessionWriter } from './session-writer.ts';
import { SessionModel } from './store/session-model.ts';
import { SessionRepository } from './store/session-repository.ts';

const REVERSIBLE_MILLISECONDS = 7 * 24 * 60 * 60_000;

/** A session that its owner disowned. */
export interface ReversedSession extends AccountIdParams {
  readonly startedAt: Date;
}

/** Ends sessions by the tokens in notices of new devices. */
export class SessionReversal {
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: SessionRepository;
  readonly #writer: SessionWriter;

  constructor(dependencies: ConfiguredDependencies, writer: SessionWriter) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies);
    this.#writer = writer;
  }

  /**
   * Uses up a token and ends its session, if that has not ended.
   *
   * @returns whose session it was; `undefined` if the token is forged, used or too old
   */
  async reverse(token: string, context: OperationContext): Promise<ReversedSession | undefined> {
    const { database } = this.#dependencies;
    return database.withTransaction(context, (transaction) => this.#reverse(token, transaction));
  }

  async #reverse(
    token: string,
    transaction: OperationContext,
  ): Promise<ReversedSession | undefined> {
    const session = await this.#findSession(token, transaction);
    if (session === undefined) {
      return undefined;
    }
    const { audit, clock } = this.#dependencies;
    const { id: sessionId, accountId } = session;
    const now = clock.now();
    const since = new Date(now.getTime() - REVERSIBLE_MILLISECONDS);
    const used = await this.#repository.findOneAndUpdate(
      { _id: objectIdOf(session), reversed_at: { $exists: false }, created_at: { $gt: since } },
      { $set: { reversed_at: now } },
      transaction,
    );
    if (used === undefined) {
      return undefined;
    }
    const owner = transaction.withActor({ type: 'account', id: accountId });
    await audit.record([reversedSessionEvent(sessionId)], owner);
    await this.#writer.endSessions({ accountId, sessionIds: [sessionId] }, owner);
    return { accountId, startedAt: session.createdAt };
  }

  /** In any state, also of an account that no longer allows it. */
  async #findSession(token: string, context: OperationContext): Promise<SessionModel | undefined> {
    const parsed = parseReversalToken(token);
    const _id = parsed && parseObjectId(parsed.sessionId);
    const found = _id && (await this.#repository.findOne({ _id }, context));
    if (parsed === undefined || found === undefined) {
      return undefined;
    }
    const session = SessionModel.fromBson(found);
    const { secretKey } = this.#dependencies;
    return isGenuineReversal(secretKey, session, parsed) ? session : undefined;
  }
}
