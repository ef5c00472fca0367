import type { Tree } from '@nx/devkit';
import { projects } from '@org/boundaries';

import { RefusedNameError } from './errors.ts';
import type { ModuleNames } from './module-names.ts';
import { findMeaning } from './reserved-names.ts';
import { readWorkspaceNames } from './workspace-names.ts';

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAXIMUM_LENGTH = 40;

/**
 * Refuses names under which the files would not compile, or would collide with what is there.
 *
 * @throws RefusedNameError
 */
export function checkNames(tree: Tree, names: ModuleNames): void {
  checkWord('a module', names.name);
  checkWord('an entity', names.entity);
  checkWord('a plural', names.pluralKebab);
  checkProject(tree, names);
  checkWhatExists(tree, names);
}

function checkWord(role: string, word: string): void {
  if (!KEBAB_CASE.test(word)) {
    throw new RefusedNameError(
      `"${word}" cannot name ${role}: use kebab-case, such as billing or credit-note.`,
    );
  }
  if (word.length > MAXIMUM_LENGTH) {
    throw new RefusedNameError(
      `"${word}" is too long for ${role}: at most ${MAXIMUM_LENGTH} characters.`,
    );
  }
  const meaning = findMeaning(word);
  if (meaning !== undefined) {
    throw new RefusedNameError(`"${word}" cannot name ${role}: it is ${meaning}.`);
  }
}

function checkProject(tree: Tree, { name }: ModuleNames): void {
  const folder = ['libs', 'apps', 'tools'].find((parent) => tree.exists(`${parent}/${name}`));
  if (folder !== undefined || name in projects) {
    throw new RefusedNameError(
      `"${name}" is a project of this workspace already (${folder ?? 'libs'}/${name}). Choose another name.`,
    );
  }
}

function checkWhatExists(tree: Tree, names: ModuleNames): void {
  const { collections, errorPrefixes, routes } = readWorkspaceNames(tree);
  const prefix = `${names.moduleConstant}_ERR`;
  if (errorPrefixes.has(prefix)) {
    throw new RefusedNameError(`Error codes ${prefix}_… exist already. Choose another name.`);
  }
  if (collections.has(names.pluralSnake)) {
    throw new RefusedNameError(
      `A collection "${names.pluralSnake}" exists already. Choose another --entity or --plural.`,
    );
  }
  if (routes.has(names.pluralKebab)) {
    throw new RefusedNameError(
      `The route /accounts/:account_id/${names.pluralKebab} exists already. Choose another --entity or --plural.`,
    );
  }
}
