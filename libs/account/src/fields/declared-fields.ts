import type { ErrorDetail } from '@org/core';
import type { CollectionDefinition } from '@org/core/store';
import * as Type from 'typebox';

import type { AccountFieldDefinition, AccountFieldDefinitions } from './account-fields.ts';
import { findDefinitionProblem, findNameProblem, toWireName } from './field-definition.ts';
import { findProblem, jsonTypesOf, typeOf } from './field-schema.ts';

/** MongoDB allows 64 in a collection, some of which are our own. */
const MAXIMUM_INDEXES = 40;
const BSON_TYPES = { boolean: 'bool' } as const;

interface DeclaredField {
  /** In code. */
  readonly name: string;
  /** In the database and on the wire. */
  readonly wireName: string;
  /** JSON types of its values. */
  readonly types: readonly string[];
  readonly definition: AccountFieldDefinition;
}

type Values = Readonly<Record<string, unknown>>;

/** The fields that a program declared for its accounts. */
export class DeclaredFields {
  readonly #fields: readonly DeclaredField[];

  private constructor(fields: readonly DeclaredField[]) {
    this.#fields = fields;
  }

  /** @throws TypeError if a declaration is refused; the message says why */
  static create(definitions: AccountFieldDefinitions): DeclaredFields {
    const fields = Object.entries(definitions).map(([name, definition]) => {
      const problem = findNameProblem(name) ?? findDefinitionProblem(definition);
      if (problem !== undefined) {
        throw new TypeError(`The account field ${name} ${problem}.`);
      }
      const types = jsonTypesOf(definition.schema);
      return { name, wireName: toWireName(name), types, definition };
    });
    if (fields.filter(({ definition }) => definition.index === true).length > MAXIMUM_INDEXES) {
      throw new TypeError(`At most ${MAXIMUM_INDEXES} account fields can have an index.`);
    }
    return new DeclaredFields(fields);
  }

  /** The stored values, or what stands for them where none of the declared type is stored. */
  valuesOf(document: Values): Values {
    return this.#record(({ name, wireName, types, definition }) => {
      const value = document[wireName];
      return { [name]: types.includes(typeOf(value)) ? value : defaultOf(definition) };
    });
  }

  /** What is stored of values that are given; the others are left as they are. */
  toStored(values: Values): Values {
    return this.#record(({ name, wireName }) =>
      values[name] === undefined ? {} : { [wireName]: values[name] },
    );
  }

  /** What a new account stores: defaults, too, so that another default leaves it as it is. */
  toStoredAnew(values: Values = {}): Values {
    const defaults = this.#record(({ name, definition }) =>
      definition.optional === true ? {} : { [name]: defaultOf(definition) },
    );
    return this.toStored({ ...defaults, ...this.#given(values) });
  }

  /** Names in the database and on the wire. */
  get wireNames(): readonly string[] {
    return this.#fields.map(({ wireName }) => wireName);
  }

  /** Values by name of those that are given as stored, whoever may set them. */
  fromStored(document: Values): Values {
    return this.#record(({ name, wireName }) => ({ [name]: document[wireName] }));
  }

  /** Names of the declared fields that have a value among these. */
  namesIn(values: Values): readonly string[] {
    return Object.keys(this.#given(values));
  }

  /** @returns `undefined` if every given value may be stored */
  findProblem(values: Values): ErrorDetail | undefined {
    for (const { name, wireName, definition } of this.#fields) {
      const value = values[name];
      const isCleared = value === null && definition.optional === true;
      if (value !== undefined && !isCleared) {
        const path = `/${wireName}`;
        const problem = findProblem(definition.schema, value, path);
        if (problem !== undefined) {
          return problem;
        }
      }
    }
    return undefined;
  }

  /** A declaration that becomes narrower must leave earlier documents updatable: types only. */
  addTo(collection: CollectionDefinition): CollectionDefinition {
    const { schema = {}, indexes } = collection;
    const properties = this.#record(({ wireName, definition }) => ({
      [wireName]: { bsonType: bsonTypesOf(definition) },
    }));
    const indexed = this.#fields.filter(({ definition }) => definition.index === true);
    const redacted = this.#fields.filter(
      ({ definition }) => definition.redact === true || definition.read === 'operator',
    );
    return {
      ...collection,
      schema: { ...schema, properties: { ...(schema['properties'] as object), ...properties } },
      indexes: [
        ...indexes,
        ...indexed.map(({ wireName }) => ({
          keys: { [wireName]: 1 } as const,
          options: { name: `${wireName}_field_index` },
        })),
      ],
      redacted: redacted.map(({ wireName }) => wireName),
    };
  }

  /** Properties of the bodies that owners send. */
  get formProperties(): Type.TProperties {
    return this.#record(({ wireName, definition }) =>
      isForOwner(definition.write) ? { [wireName]: Type.Optional(schemaOf(definition)) } : {},
    ) as Type.TProperties;
  }

  /** Properties of the answers that owners get. */
  get replyProperties(): Type.TProperties {
    return this.#record(({ wireName, definition }) =>
      isForOwner(definition.read) ? { [wireName]: schemaOf(definition) } : {},
    ) as Type.TProperties;
  }

  /** What an owner's body sets. */
  fromBody(body: object): Values {
    return this.#record(({ name, wireName, definition }) =>
      isForOwner(definition.write) && Object.hasOwn(body, wireName)
        ? { [name]: (body as Values)[wireName] }
        : {},
    );
  }

  /** What an owner's answer says. */
  toBody(account: object): Values {
    return this.#record(({ name, wireName, definition }) =>
      isForOwner(definition.read) ? { [wireName]: (account as Values)[name] } : {},
    );
  }

  #given(values: Values): Values {
    return this.#record(({ name }) => (values[name] === undefined ? {} : { [name]: values[name] }));
  }

  #record(toEntry: (field: DeclaredField) => Values): Values {
    return Object.assign({}, ...this.#fields.map(toEntry)) as Values;
  }
}

function isForOwner(rule: 'owner' | 'operator' = 'owner'): boolean {
  return rule === 'owner';
}

function schemaOf({ schema, optional = false }: AccountFieldDefinition): Type.TSchema {
  return optional ? Type.Union([schema, Type.Null()]) : schema;
}

function defaultOf(definition: AccountFieldDefinition): unknown {
  return definition.optional === true ? null : structuredClone(definition.default);
}

/** With null also where it is not optional: a process with another declaration may clear it. */
function bsonTypesOf({ schema }: AccountFieldDefinition): readonly string[] {
  const types = new Set([...jsonTypesOf(schema), 'null']);
  return [...types].map((type) => (type === 'boolean' ? BSON_TYPES.boolean : type));
}
