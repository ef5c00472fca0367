/** What a developer reads when wall 3 refuses an import: from, to, why, and the way. */

const FROM = '{{from.file.captured.project}}/{{from.file.categories.[0]}}';
const TO = '{{to.file.captured.project}}/{{to.file.categories.[0]}}';

/** Handlebars, as eslint-plugin-boundaries fills it in. */
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
