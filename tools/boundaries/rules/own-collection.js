import { ownerOf, scope } from '../module-map.js';

const STORE = /\/libs\/(?<project>[^/]+)\/src\/internal\/(?:.+\/)?store\/[^/]+$/;

/**
 * A collection belongs to one module: files in `store/` may not name another module's, and may name
 * their own only if the module map lists it.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const ownCollection = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      another:
        '{{project}} may not use the collection "{{collection}}", which belongs to {{owner}}: its documents change without notice. Call the service that {{scope}}/{{owner}} exports.',
      unlisted:
        'The collection "{{collection}}" belongs to no module. Add it to `collections` of {{project}} in tools/boundaries/module-map.js.',
    },
  },
  create(context) {
    const project = STORE.exec(context.filename.replaceAll('\\', '/'))?.groups?.['project'];
    if (project === undefined) {
      return {};
    }
    /** @param {import('estree').Node} node @param {unknown} collection */
    const check = (node, collection) => {
      const owner = typeof collection === 'string' ? ownerOf(collection) : project;
      if (owner !== undefined && owner !== project) {
        context.report({
          node,
          messageId: 'another',
          data: { project, owner, scope, collection: String(collection) },
        });
      }
    };
    return {
      Literal: (node) => check(node, node.value),
      TemplateElement: (node) => check(node, node.value.cooked),
      'MethodDefinition[static=true][key.name="getCollectionName"] ReturnStatement > Literal'(
        /** @type {import('estree').Literal} */ node,
      ) {
        if (ownerOf(String(node.value)) === undefined) {
          const data = { project, collection: String(node.value) };
          context.report({ node, messageId: 'unlisted', data });
        }
      },
    };
  },
};
