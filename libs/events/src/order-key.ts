import type { EventDefinition } from './define-event.ts';
import { InvalidListenerError } from './errors.ts';

type OrderKey = string | number | boolean;

/** The fields of a payload that can order events: strings, numbers and booleans. */
export type OrderField<Payload extends object> = {
  [Name in keyof Payload & string]-?: Exclude<Payload[Name], undefined> extends OrderKey
    ? Name
    : never;
}[keyof Payload & string];

/** @throws InvalidListenerError if the event's schema allows other values in the field than keys */
export function assertOrders(listenerName: string, event: EventDefinition, field: string): void {
  const { properties } = event.payloadSchema as { readonly properties?: object };
  if (!isSchemaOfKeys((properties as Readonly<Record<string, unknown>> | undefined)?.[field])) {
    const problem = `it is ordered by ${field}, which is no string, number or boolean in ${event.name}`;
    throw new InvalidListenerError(listenerName, problem);
  }
}

/** @returns `undefined`, which means in no order, if the field is absent */
export function orderKeyOf(payload: object, field = ''): string | undefined {
  const value = (payload as Readonly<Record<string, OrderKey | undefined>>)[field];
  return value === undefined ? undefined : String(value);
}

interface FieldSchema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly unknown[];
}

const KEY_TYPES: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];

function isSchemaOfKeys(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) {
    return false;
  }
  const { type, const: value, enum: values = [value], anyOf } = schema as FieldSchema;
  if (anyOf !== undefined) {
    return anyOf.every(isSchemaOfKeys);
  }
  return KEY_TYPES.includes(type) || values.every((each) => KEY_TYPES.includes(typeof each));
}
