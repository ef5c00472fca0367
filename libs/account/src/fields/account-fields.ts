import type * as Type from 'typebox';

/** A field that accounts have beside their own; see {@link defineAccountFields}. */
export interface AccountFieldDefinition {
  /** What a value must satisfy, of a JSON type: string, number, boolean, array or object. */
  readonly schema: Type.TSchema;
  /** What accounts have until the field is set; those of before the field was declared, too. */
  readonly default?: unknown;
  /** Instead of a default: it is null until it is set, and null clears it. Default: false. */
  readonly optional?: boolean;
  /**
   * Who may set it over HTTP. With `operator`, it is ignored in the bodies of owners; code sets it
   * with the service. Default: `owner`.
   */
  readonly write?: 'owner' | 'operator';
  /**
   * Who may see it over HTTP. With `operator`, it is in no answer and no export for the owner, and
   * its values are `[redacted]` in the audit trail, which owners can export. Default: `owner`.
   */
  readonly read?: 'owner' | 'operator';
  /** Builds an index, for queries of your own. Default: false. */
  readonly index?: boolean;
  /** Keeps its values out of the audit trail: they are `[redacted]` there. Default: false. */
  readonly redact?: boolean;
}

/** By name in code, in camelCase. */
export type AccountFieldDefinitions = Readonly<Record<string, AccountFieldDefinition>>;

export const noFields = {};

/** No fields beside an account's own. */
export type NoFields = typeof noFields;

/** The values of declared fields; an optional one may be null. */
export type AccountFieldValues<Fields extends AccountFieldDefinitions> = {
  readonly [Name in keyof Fields]: ValueOf<Fields[Name]>;
};

type ValueOf<Field extends AccountFieldDefinition> = Field extends { readonly optional: true }
  ? Type.Static<Field['schema']> | null
  : Type.Static<Field['schema']>;

/** Each has either a default, which satisfies its schema, or `optional: true`. */
type Checked<Fields extends AccountFieldDefinitions> = {
  readonly [Name in keyof Fields]:
    | { readonly default: Type.Static<Fields[Name]['schema']>; readonly optional?: false }
    | { readonly default?: never; readonly optional: true };
};

/**
 * Declares fields of one's own, for `fields` of `AccountService.create`. A declaration gives the
 * field in the database, in the bodies and answers of the HTTP API (in snake_case), in the OpenAPI
 * document, in `Account` (in camelCase), in exports and in the audit trail.
 *
 * `AccountService.create` refuses a field that has neither a default nor `optional`, a default that
 * does not satisfy the schema, and a name that accounts or the API already use.
 *
 * @example
 * export const accountFields = defineAccountFields({
 *   company: { schema: Type.String({ maxLength: 200 }), optional: true },
 *   locale: { schema: Type.Union([Type.Literal('en'), Type.Literal('de')]), default: 'en' },
 *   plan: { schema: Type.String(), default: 'free', write: 'operator' },
 * });
 */
export function defineAccountFields<const Fields extends AccountFieldDefinitions>(
  fields: Fields & Checked<Fields>,
): Fields {
  return fields;
}
