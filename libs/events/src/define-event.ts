import type { Static, TObject } from 'typebox';

/** Something that happened, which other modules may listen to. */
export interface EventDefinition<Payload extends object = object> {
  /** Unique, such as `account.created`. */
  readonly name: string;
  /** Of the payload's schema. */
  readonly version: number;
  readonly payloadSchema: object;
  /** Payload fields with personal data of the account in `accountId`. */
  readonly personalFields: readonly string[];
  /** Whether a listener may refuse what happened, by throwing during its transaction. */
  readonly isRefusable: boolean;
  /** By the version that they convert from: each returns the payload of the next version. */
  readonly upcasters: Readonly<Record<number, (payload: object) => object>>;
  /** Never set: carries the type. */
  readonly payload?: Payload;
}

export interface EventOptions<Schema extends TObject> {
  /** Starts at 1. Raise it when the payload changes, and add an upcaster. */
  readonly version: number;
  /** Ids rather than copies, so that a late listener reads what is true then. */
  readonly payload: Schema;
  /**
   * Fields with personal data. The payload must then have `accountId`: the event's waiting rows are
   * erased and exported with that account. Default: none.
   */
  readonly personalFields?: readonly (keyof Static<Schema> & string)[];
  /**
   * False for what security demands, such as an erasure or the end of a session: nobody may refuse
   * it. Default: true.
   */
  readonly isRefusable?: boolean;
  /** For rows that an earlier version stored. Default: none. */
  readonly upcasters?: Readonly<Record<number, (payload: object) => object>>;
}

/**
 * Declares an event.
 *
 * @example
 * export const invoicePaid = defineEvent('invoice.paid', {
 *   version: 1,
 *   payload: Type.Object({ invoiceId: Type.String() }),
 * });
 *
 * @throws TypeError if an earlier version lacks an upcaster, or personal fields lack `accountId`
 */
export function defineEvent<Schema extends TObject>(
  name: string,
  options: EventOptions<Schema>,
): EventDefinition<Static<Schema>> {
  const { version, payload, personalFields = [], isRefusable = true, upcasters = {} } = options;
  for (let earlier = 1; earlier < version; earlier += 1) {
    if (upcasters[earlier] === undefined) {
      throw new TypeError(`${name} has no upcaster from version ${earlier}.`);
    }
  }
  if (personalFields.length > 0 && !('accountId' in payload.properties)) {
    throw new TypeError(`${name} has personal fields, but no accountId.`);
  }
  return { name, version, payloadSchema: payload, personalFields, isRefusable, upcasters };
}
