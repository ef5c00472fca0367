'use strict';

/**
 * Resolves imports for eslint-plugin-boundaries. If a resolver finds nothing, the plugin reports
 * nothing, so this one always resolves workspace files, whether or not they exist. CommonJS,
 * because the plugin loads resolvers with `require`.
 */

const { existsSync, readFileSync } = require('node:fs');
const { isBuiltin } = require('node:module');
const { dirname, isAbsolute, join, resolve } = require('node:path');

exports.interfaceVersion = 2;

/**
 * @param {string} specifier
 * @param {string} importer
 * @param {{root: string, scope: string, folders: Record<string, string>}} options locations of the
 *   workspace's packages
 * @returns {{found: boolean, path?: string | null}}
 */
exports.resolve = function resolveImport(specifier, importer, options) {
  if (isBuiltin(specifier)) {
    return { found: true, path: null };
  }
  if (specifier.startsWith('.') || isAbsolute(specifier)) {
    return { found: true, path: sourceFile(resolve(dirname(importer), specifier)) };
  }
  const [scope, name = '', ...rest] = specifier.split('/');
  if (scope !== options.scope) {
    return { found: false };
  }
  const folder = options.folders[name] ?? join('unknown', name);
  return { found: true, path: exportedFile(join(options.root, folder), rest.join('/')) };
};

/**
 * @param {string} folder
 * @param {string} subpath
 */
function exportedFile(folder, subpath) {
  const target = exportsOf(folder)[subpath === '' ? '.' : `./${subpath}`];
  const file = target?.['@org/source'] ?? target;
  if (typeof file === 'string') {
    return join(folder, file);
  }
  const path = subpath === '' ? 'index.ts' : subpath;
  return sourceFile(join(folder, path.startsWith('src/') ? '' : 'src', path));
}

/**
 * @param {string} folder
 * @returns {Record<string, any>}
 */
function exportsOf(folder) {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')).exports ?? {}) : {};
}

/**
 * The source file for a path without an extension or with the built file's extension.
 *
 * @param {string} path
 */
function sourceFile(path) {
  const source = `${path.replace(/\.[cm]?[jt]s$/, '')}.ts`;
  const candidates = [path, source, join(path, 'index.ts')];
  return candidates.find((file) => /\.\w+$/.test(file) && existsSync(file)) ?? source;
}
