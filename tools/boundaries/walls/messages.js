/** What wall 3 reports when it rejects an import: from, to, why, and the alternative. */

/**
 * @typedef {object} Policy
 * @property {string} id names the policy in the tests; each rejecting policy needs a fixture
 * @property {string} [layer] the layer it applies to; default: all
 * @property {string} [project] the project it applies to; default: all
 * @property {Record<string, unknown>} policy an entry of the rule's `policies`
 *
 * @typedef {Omit<Policy, 'policy'> & {from: object, disallow: object, because: string, instead: string}} Refusal
 */

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

/** @param {Refusal} refused @returns {Policy} */
export function refuse({ from, disallow, because, instead, ...policy }) {
  return { ...policy, policy: { from, disallow, message: refusal(because, instead) } };
}
