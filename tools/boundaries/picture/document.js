const BEGIN = '<!-- module map: npm run boundaries -- --write -->';
const END = '<!-- end of the module map -->';

/**
 * Puts the picture between the two marker comments of a document.
 *
 * @param {string} document
 * @param {string} mermaid
 * @returns {string} the document with the current picture
 */
export function drawIn(document, mermaid) {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`the document needs the lines "${BEGIN}" and "${END}"`);
  }
  const before = document.slice(0, begin + BEGIN.length);
  return `${before}\n\n\`\`\`mermaid\n${mermaid}\n\`\`\`\n\n${document.slice(end)}`;
}

/** @param {string} document */
export function hasPicture(document) {
  return document.includes(BEGIN);
}
