import type { Tree } from '@nx/devkit';
import { projects } from '@org/boundaries';

import type { ModuleNames } from './module-names.ts';
import { findMeaning } from './reserved-names.ts';
import { readWorkspaceNames } from './workspace-names.ts';

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAXIMUM_LENGTH = 40;

/** A name that no module can have; the message says why and what to do. Nothing was changed. */
export class RefusedNameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * Refuses names under which the files would not compile, or would collide with what is there.
 *
 * @throws RefusedNameError
 */
export function checkNames(tree: Tree, names: ModuleNames): void {
  const problem =
    findProblemOfWord('a module', names.name) ??
    findProblemOfWord('an entity', names.entity) ??
    findProblemOfWord('a plural', names.pluralKebab) ??
    findCollision(tree, names);
  if (problem !== undefined) {
    throw new RefusedNameError(problem);
  }
}

function findProblemOfWord(role: string, word: string): string | undefined {
  if (!KEBAB_CASE.test(word)) {
    return `"${word}" cannot name ${role}: use kebab-case, such as billing or credit-note.`;
  }
  if (word.length > MAXIMUM_LENGTH) {
    return `"${word}" is too long for ${role}: at most ${MAXIMUM_LENGTH} characters.`;
  }
  const meaning = findMeaning(word);
  return meaning === undefined ? undefined : `"${word}" cannot name ${role}: it is ${meaning}.`;
}

function findCollision(tree: Tree, names: ModuleNames): string | undefined {
  const { name, pluralSnake, pluralKebab } = names;
  const folder = ['libs', 'apps', 'tools'].find((parent) => tree.exists(`${parent}/${name}`));
  if (folder !== undefined || name in projects) {
    return `"${name}" is a project of this workspace already (${folder ?? 'libs'}/${name}). Choose another name.`;
  }
  const { collections, errorPrefixes, routes } = readWorkspaceNames(tree);
  const prefix = `${names.moduleConstant}_ERR`;
  if (errorPrefixes.has(prefix)) {
    return `Error codes ${prefix}_… exist already. Choose another name.`;
  }
  if (collections.has(pluralSnake)) {
    return `A collection "${pluralSnake}" exists already. Choose another --entity or --plural.`;
  }
  return routes.has(pluralKebab)
    ? `The route /accounts/:account_id/${pluralKebab} exists already. Choose another --entity or --plural.`
    : undefined;
}
