/**
 * `npm run rename-scope @acme`: gives the repository a team's own names, before it is first
 * deployed: npm scope, product, commands, database, token issuer. `names.json` keeps them for
 * `npm run upgrade`.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';

import { findInstallProblem, modulesFolder } from './modules-folder.js';
import { workspaceRoot } from './pinned-node.js';
import { readNames, renameTree } from './rename-tree.js';
import { run } from './run.js';

/** @import { Names } from './rename-tree.js' */

const USAGE = `npm run rename-scope @acme, or
npm run rename-scope -- @acme --name acme --product "Acme API"`;
const SCOPE = /^@[a-z0-9][a-z0-9._-]{0,99}$/;
// What holds in a command, a folder, a database and a password.
const NAME = /^(?=.{2,32}$)[a-z0-9]+(-[a-z0-9]+)*$/;
// What needs no escape in source, HTML or the sender of an e-mail.
const PRODUCT = /^(?=.{1,60}$)[\p{L}\p{N}]+([ -][\p{L}\p{N}]+)*$/u;

function main() {
  const old = readNames(workspaceRoot);
  const names = readArguments(old);
  const problem = findProblem(names) ?? findObstacle(old, names);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  const files = renameTree(workspaceRoot, names, join(modulesFolder, 'prettier/bin/prettier.cjs'));
  // The links to packages and commands under their old names.
  rmSync(join(modulesFolder, old.scope), { recursive: true, force: true });
  rmSync(join(modulesFolder, '.bin', `${old.name}-admin`), { force: true });
  run('npm', ['run', '--silent', 'setup', '--', '--update'], workspaceRoot);
  process.stdout.write(summarize(old, names, files));
}

/**
 * @param {Names} old
 * @returns {Names}
 * @throws Error if the command line is not as in the usage
 */
function readArguments(old) {
  const options = /** @type {const} */ ({ name: { type: 'string' }, product: { type: 'string' } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [scope] = positionals;
  // Without `--`, npm takes options for its own.
  if (scope === undefined || positionals.length > 1 || process.env['npm_config_name']) {
    throw new RangeError(USAGE);
  }
  const name =
    values.name ??
    scope
      .slice(1)
      .replaceAll(/[._-]+/g, '-')
      .replace(/-$/, '');
  const product = values.product ?? `${name.split('-').map(capitalize).join(' ')} API`;
  return { ...old, scope, name, product };
}
/** @param {Names} names */
function findProblem({ scope, name, product }) {
  if (!SCOPE.test(scope)) {
    return `"${scope}" is no npm scope. Say for example:\n${USAGE}`;
  }
  if (!NAME.test(name)) {
    return `"${name}" cannot be the name of commands and the database: 2 to 32 lower-case letters, digits and single hyphens. Set another with --name.`;
  }
  return PRODUCT.test(product)
    ? undefined
    : `"${product}" cannot be the product's name: up to 60 letters and digits, with single blanks or hyphens between. Set another with --product.`;
}

/**
 * @param {Names} old
 * @param {Names} names
 */
function findObstacle(old, names) {
  if (isDeepStrictEqual(old, names)) {
    return `These are the names already: ${names.scope}, ${names.name}, ${names.product}.`;
  }
  const problem = findInstallProblem();
  if (problem !== undefined) {
    return problem;
  }
  const lockFile = readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8');
  if (names.scope !== old.scope && lockFile.includes(`"node_modules/${names.scope}/`)) {
    return `Packages of others, which this repository depends on, are under ${names.scope}. Choose another scope.`;
  }
  return run('git', ['status', '--porcelain'], workspaceRoot) === ''
    ? undefined
    : 'There are changes that are not committed. Commit them first, so that this can be undone.';
}

/**
 * @param {Names} old
 * @param {Names} names
 * @param {number} files
 */
function summarize(old, names, files) {
  return `Renamed in ${files} files, for you to commit:
  packages  ${old.scope}/… → ${names.scope}/…
  product   ${old.product} → ${names.product}
  command   ${old.name}-admin → ${names.name}-admin
  database  ${old.name} → ${names.name}
  tokens    ${old.name}-api → ${names.name}-api (issuer and audience)
A deployment that exists keeps its database and tokens only if it sets them: docs/upgrade.md.
`;
}

/** @param {string} word */
function capitalize(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
