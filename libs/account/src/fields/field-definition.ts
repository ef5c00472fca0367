import type { AccountFieldDefinition } from './account-fields.ts';
import { findProblem, findUncheckable, jsonTypesOf } from './field-schema.ts';
import { isReservedName } from './reserved-names.ts';

/** Bijective with snake_case. */
const NAME = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)*$/;
const MAXIMUM_NAME_LENGTH = 64;
const KEYS = new Set(['default', 'index', 'optional', 'read', 'redact', 'schema', 'write']);
const RULES = new Set([undefined, 'owner', 'operator']);
const FLAGS = ['index', 'optional', 'redact'] as const;

/** @returns why a field may not be called so */
export function findNameProblem(name: string): string | undefined {
  if (name.length > MAXIMUM_NAME_LENGTH || !NAME.test(name)) {
    return `must have a name in camelCase, of at most ${MAXIMUM_NAME_LENGTH} characters`;
  }
  const isUsed = name in Object.prototype || isReservedName(toWireName(name));
  return isUsed ? 'has a name that accounts or the API use' : undefined;
}

/** @returns why a field may not be declared so */
export function findDefinitionProblem(definition: AccountFieldDefinition): string | undefined {
  if (!isObject(definition)) {
    return 'must be an object with a schema';
  }
  return (
    findKeyProblem(definition) ??
    findSchemaProblem(definition.schema) ??
    findDefaultProblem(definition)
  );
}

function findKeyProblem(definition: AccountFieldDefinition): string | undefined {
  const misspelt = Object.keys(definition).find((key) => !KEYS.has(key));
  if (misspelt !== undefined) {
    return `has the unknown key ${misspelt}`;
  }
  const rule = [definition.write, definition.read].find((each) => !RULES.has(each));
  if (rule !== undefined) {
    return `is for owner or operator, not for ${rule}`;
  }
  const noFlag = FLAGS.find((key) => !['boolean', 'undefined'].includes(typeof definition[key]));
  return noFlag && `has a value of ${noFlag} that is not true or false`;
}

function findSchemaProblem(schema: AccountFieldDefinition['schema']): string | undefined {
  if (!isObject(schema) || jsonTypesOf(schema).length === 0) {
    return 'needs a schema of JSON types: string, number, boolean, array or object';
  }
  const uncheckable = findUncheckable(schema);
  return uncheckable && `has the ${uncheckable}, which nothing can check`;
}

function findDefaultProblem({
  schema,
  default: byDefault,
  optional = false,
}: AccountFieldDefinition): string | undefined {
  if (optional === (byDefault !== undefined)) {
    return optional ? 'is optional, so it has no default' : 'needs a default, or optional: true';
  }
  const problem = optional ? undefined : findProblem(schema, byDefault, '/default');
  return problem && `has a default that is refused: ${problem.message}`;
}

/** Its name in the database and on the wire. */
export function toWireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
