import { basename } from 'node:path';

const DRAWERS = ['utils', 'common', 'helper', 'helpers', 'misc'];
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;

/**
 * File and folder names: kebab-case, and no catch-all names.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const fileName = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      drawer: '"{{name}}" can hold anything. Name the file for what it does.',
      kebabCase: '"{{name}}" is not kebab-case.',
    },
  },
  create(context) {
    const path = context.filename.slice(context.cwd.length + 1).replaceAll('\\', '/');
    const drawer = path.split('/').find((part) => DRAWERS.includes(part.split('.')[0] ?? ''));
    const name = basename(path);
    return {
      Program(node) {
        if (drawer !== undefined) {
          context.report({ node, messageId: 'drawer', data: { name: drawer } });
        }
        if (!KEBAB_CASE.test(name)) {
          context.report({ node, messageId: 'kebabCase', data: { name } });
        }
      },
    };
  },
};
