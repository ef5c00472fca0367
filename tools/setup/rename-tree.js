/**
 * Puts other names in place of those in names.json: in the text of every file that git tracks, in
 * the names of files, and in the lock file. It depends on nothing but the tree and the names, so
 * that the same tree always becomes the same. `upgrade.js` runs it in trees of other versions, as
 * `node tools/setup/rename-tree.js NAMES_AS_JSON PRETTIER`: that must stay as it is.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { run } from './run.js';

export const NAMES_FILE = 'names.json';
const LOCK_FILE = 'package-lock.json';

/**
 * @typedef {object} Names
 * @property {string} scope of the npm packages, such as `@org`
 * @property {string} name begins the names of commands, and is the database's: such as `org`
 * @property {string} product what people call it, such as `Org API`
 * @property {string} [upstream] the commit of the upstream repository that was taken last
 */

/**
 * @param {string} root
 * @returns {Names}
 */
export function readNames(root) {
  return JSON.parse(readFileSync(join(root, NAMES_FILE), 'utf8'));
}

/**
 * @param {string} root of a git working tree
 * @param {Names} names
 * @param {string} prettier the file that starts it
 * @returns {number} how many files have changed
 */
export function renameTree(root, names, prettier) {
  const replacements = listReplacements(readNames(root), names);
  /** @param {string} text */
  const rename = (text) =>
    replacements.reduce((renamed, [old, now]) => renamed.replaceAll(old, () => now), text);

  const changed = listFiles(root).filter((path) => replaceText(join(root, path), rename));
  writeFileSync(join(root, NAMES_FILE), `${JSON.stringify(names, undefined, 2)}\n`);
  sortLockFile(join(root, LOCK_FILE));
  const options = [
    '--write',
    '--log-level=warn',
    '--ignore-unknown',
    '--no-error-on-unmatched-pattern',
  ];
  run(process.execPath, [prettier, ...options, NAMES_FILE, ...changed], root);
  moveFiles(root, rename);
  return changed.length;
}

/**
 * What is stored in databases has other forms, and stays: titles of collections (`@org notes`) and
 * names of indexes (`…_org`).
 *
 * @param {Names} old
 * @param {Names} now
 * @returns {[pattern: RegExp, replacement: string][]}
 */
function listReplacements(old, now) {
  const [scope, name, product, sender] = [old.scope, old.name, old.product, senderOf(old)].map(
    (text) => text.replaceAll(/[.-]/g, String.raw`\$&`),
  );
  return [
    // As `@org/`, escaped in a pattern, or in quotes.
    [new RegExp(String.raw`${scope}(?=\\?/|['"\`])`, 'g'), now.scope],
    [new RegExp(`(?<=['">])${product}(?=['"<])`, 'g'), now.product],
    // The sender of e-mail.
    [new RegExp(`(?<=['"\`])${sender}(?= <)`, 'g'), senderOf(now)],
    // Commands, token issuer, user agent, folders: `org-admin`.
    [new RegExp(String.raw`(?<![\w.@-])${name}-(?=[a-zA-Z])`, 'g'), `${now.name}-`],
    // The database, in quotes or in a connection string.
    [new RegExp(`(?<=['"\`/])${name}(?=['"\`?])`, 'g'), now.name],
  ];
}

/** @param {Names} names */
function senderOf({ product }) {
  return product.replace(/(?<=.) API$/, '');
}

/** @param {string} root */
function listFiles(root) {
  const paths = run('git', ['ls-files', '-z'], root).split('\0');
  return paths.filter((path) => path !== '' && existsSync(join(root, path)));
}

/**
 * @param {string} file
 * @param {(text: string) => string} rename
 * @returns {boolean} whether the file is a text that has changed
 */
function replaceText(file, rename) {
  const text = readFileSync(file, 'utf8');
  const renamed = text.includes('\0') ? text : rename(text);
  if (renamed !== text) {
    writeFileSync(file, renamed);
  }
  return renamed !== text;
}

/**
 * @param {string} root
 * @param {(text: string) => string} rename
 */
function moveFiles(root, rename) {
  for (const path of listFiles(root).filter((each) => rename(each) !== each)) {
    mkdirSync(join(root, dirname(rename(path))), { recursive: true });
    run('git', ['mv', path, rename(path)], root);
  }
}

/**
 * Orders the lock file as npm does, by names.
 *
 * @param {string} file
 */
function sortLockFile(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const packages = Object.entries(lock.packages).map(([path, entry]) => [path, sortLists(entry)]);
  lock.packages = sortKeys(Object.fromEntries(packages));
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
}

/** @param {Record<string, unknown>} entry */
function sortLists(entry) {
  const lists = Object.entries(entry).filter(([key]) => /dependencies$/i.test(key));
  return { ...entry, ...Object.fromEntries(lists.map(([key, list]) => [key, sortKeys(list)])) };
}

/**
 * @template T
 * @param {Record<string, T>} list
 * @returns {Record<string, T>}
 */
function sortKeys(list) {
  return Object.fromEntries(
    Object.entries(list).sort(([one], [other]) => one.localeCompare(other, 'en')),
  );
}

if (import.meta.main) {
  const [names = '', prettier = ''] = process.argv.slice(2);
  renameTree(process.cwd(), JSON.parse(names), prettier);
}
