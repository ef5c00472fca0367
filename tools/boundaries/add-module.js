const LIBRARY_MARKER = '  // <new module>\n';
const APP_MARKER = '      // <new module of api>\n';

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
  if (hasEntry(source, name)) {
    throw new Error(`module-map.js already has "${name}"`);
  }
  const list = dependencies.map((dependency) => `'${dependency}'`).join(', ');
  const entry = `  '${name}': { kind: 'module', dependencies: [${list}], collections: ['${collection}'] },\n`;
  const withLibrary = insertBefore(source, LIBRARY_MARKER, entry);
  return isMounted ? insertBefore(withLibrary, APP_MARKER, `      '${name}',\n`) : withLibrary;
}

/**
 * @param {string} source
 * @param {string} name
 */
function hasEntry(source, name) {
  return new RegExp(`^  '?${name}'?: \\{`, 'm').test(source);
}

/**
 * @param {string} source
 * @param {string} marker
 * @param {string} text
 */
function insertBefore(source, marker, text) {
  if (!source.includes(marker)) {
    throw new Error(`module-map.js has lost its line "${marker.trim()}"`);
  }
  return source.replace(marker, () => text + marker);
}
