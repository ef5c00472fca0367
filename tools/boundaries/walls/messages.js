/** What wall 3 reports when it rejects an import: from, to, why, and the alternative. */

const FROM = '{{from.file.captured.project}}/{{from.file.categories.[0]}}';
const TO = '{{to.file.captured.project}}/{{to.file.categories.[0]}}';

/** A Handlebars placeholder that eslint-plugin-boundaries fills in. */
export const sourceProject = '{{from.file.captured.project}}';
export const targetProject = '{{to.file.captured.project}}';

/**
 * @param {string} because
 * @param {string} instead
 */
export function refusal(because, instead) {
  const target = `{{#if to.file.captured.project}}${TO}{{else}}{{dependency.source}}{{/if}}`;
  return `${FROM} may not import ${target}: ${because}; ${instead}.`;
}
