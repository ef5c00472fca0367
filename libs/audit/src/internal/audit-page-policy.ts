import { AuditBadRequestError } from '../errors.ts';
import type { AuditPageParams } from '../types.ts';

const DEFAULT_LIMIT = 50;
const MAXIMUM_LIMIT = 200;
const CURSOR = /^(\d{1,15})\.([0-9a-f]{24})$/;

/** Where a page ended: its last record's time and id. */
export interface AuditPosition {
  readonly timestamp: Date;
  /** Hex. */
  readonly id: string;
}

/** The records that a page is taken from. */
export interface AuditPageRequest {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly limit: number;
  readonly after: AuditPosition | undefined;
}

/** @throws AuditBadRequestError if the cursor or the limit is invalid */
export function readPageRequest({ from, to, limit, cursor }: AuditPageParams): AuditPageRequest {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    throw new AuditBadRequestError('limit must be a whole number from 1 on');
  }
  return {
    from,
    to,
    limit: Math.min(limit ?? DEFAULT_LIMIT, MAXIMUM_LIMIT),
    after: cursor === undefined ? undefined : readCursor(cursor),
  };
}

/** Opaque to clients. */
export function writeCursor({ timestamp, id }: AuditPosition): string {
  return Buffer.from(`${timestamp.getTime()}.${id}`).toString('base64url');
}

function readCursor(cursor: string): AuditPosition {
  const [, time, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined) {
    throw new AuditBadRequestError('cursor must be one that a page of audit records came with');
  }
  return { timestamp: new Date(Number(time)), id };
}
