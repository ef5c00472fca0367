const MODULE_MAP = 'tools/boundaries/module-map.js';

/**
 * @typedef {object} NewModule
 * @property {string} name such as `billing`
 * @property {readonly string[]} dependencies libraries it may import
 * @property {string} collection where it stores its documents, such as `invoices`
 * @property {boolean} [isMounted] whether apps/api may import it; default true
 */

/**
 * Adds a domain module to the source text of module-map.js.
 *
 * @param {string} source the text of module-map.js
 * @param {NewModule} newModule
 * @returns {string} the new text; format it with prettier
 */
export function addModule(source, { name, dependencies, collection, isMounted = true }) {
  if (new RegExp(`^  '?${name}'?: \\{`, 'm').test(source)) {
    throw new Error(`module-map.js already has "${name}"`);
  }
  const list = dependencies.map((dependency) => `'${dependency}'`).join(', ');
  const entry = `'${name}': { kind: 'module', dependencies: [${list}], collections: ['${collection}'] },`;
  const added = insertBefore(MODULE_MAP, source, '// <new module>', entry);
  return isMounted
    ? insertBefore(MODULE_MAP, added, '// <new module of api>', `'${name}',`)
    : added;
}

/**
 * Inserts a line before the one that holds a marker and nothing else, indented as it is.
 *
 * @param {string} path for the error
 * @param {string} source
 * @param {string} marker
 * @param {string} line
 * @returns {string} the new text
 * @throws Error if the file has lost its marker
 */
export function insertBefore(path, source, marker, line) {
  const markerLine = source.split('\n').find((each) => each.trim() === marker);
  if (markerLine === undefined) {
    throw new Error(`${path} has lost its line "${marker}", before which a new module is added.`);
  }
  const inserted = markerLine.replace(marker, () => line);
  return source.replace(`${markerLine}\n`, () => `${inserted}\n${markerLine}\n`);
}
