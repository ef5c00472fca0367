import { factory, identifierToKeywordKind } from 'typescript';

/** What the generated files call something else: a module of the name would hide it. */
const USED_IN_TEMPLATES = [
  ...['account', 'account-guard', 'api', 'app', 'app-error', 'attempts', 'audit', 'audit-trail'],
  ...['base-model', 'body', 'clock', 'collection', 'collection-report', 'config', 'context'],
  ...['database', 'date-time', 'document', 'document-fields', 'domain', 'domain-dependencies'],
  ...['error', 'error-detail', 'fastify', 'fastify-instance', 'fastify-reply', 'fastify-request'],
  ...['form', 'guard', 'index', 'item', 'list', 'offset', 'operation-context', 'owner', 'page'],
  ...['pagination', 'pagination-params', 'params', 'path', 'query', 'reply', 'request', 'rest-api'],
  ...['route', 'service', 'services', 'stored-document', 'stranger', 'test-services', 'throwaway'],
  ...['throwaway-database', 'view'],
];

/** Folders and files that mean something of their own, and drawers that lint refuses. */
const USED_IN_THE_WORKSPACE = [
  ...['dist', 'docs', 'internal', 'node-modules', 'src', 'store', 'test', 'testing', 'workspace'],
  ...['common', 'helper', 'helpers', 'misc', 'util', 'utils'],
];

/** Global objects of JavaScript, such as `Date`, in kebab-case. */
const GLOBALS = Object.getOwnPropertyNames(globalThis)
  .filter((name) => /^[A-Z]/.test(name))
  .map((name) => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase());

const RESERVED = new Map<string, string>([
  ...GLOBALS.map((name) => [name, 'a global object of JavaScript'] as const),
  ...USED_IN_THE_WORKSPACE.map((name) => [name, 'something else in this workspace'] as const),
  ...USED_IN_TEMPLATES.map((name) => [name, 'something else in the files of a module'] as const),
]);

/** What a name means already, `undefined` for one that is free. */
export function findMeaning(name: string): string | undefined {
  const keyword = identifierToKeywordKind(factory.createIdentifier(name));
  const isKeyword = keyword !== undefined || name === 'arguments' || name === 'eval';
  return isKeyword ? 'a word of TypeScript' : RESERVED.get(name);
}
