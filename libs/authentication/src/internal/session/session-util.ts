import { SessionModel } from './store/session-model.ts';

export interface SessionSettings {
  /** How long a session lives without being used. */
  readonly inactivityTimeToLiveMilliseconds: number;
  /** How long a session lives at most. */
  readonly absoluteTimeToLiveMilliseconds: number;
}

export interface Session {
  readonly id: string;
  readonly accountId: string;
}

/** @throws MalformedDocumentError when the document is no session */
export function convertSessionBsonToSession(bson: object): Session {
  const { id, accountId } = SessionModel.fromBson(bson);
  return { id, accountId };
}
