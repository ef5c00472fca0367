import { readCachedProjectGraph } from '@nx/devkit';

/**
 * Nx's boundary rule skips itself with a warning if no project graph is cached. This rule makes
 * that an error, and also reports a cached graph that is older than the file's project.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const projectGraphPresent = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', additionalProperties: { type: 'string' } }],
    messages: {
      missing:
        'There is no Nx project graph, so @nx/enforce-module-boundaries would check nothing. Build it first: npm run lint does, and so does npx nx show projects.',
      stale:
        'The Nx project graph does not know {{folder}}, so @nx/enforce-module-boundaries would check nothing in it. Build it again: npx nx reset, then npm run lint.',
    },
  },
  create(context) {
    /** @type {Readonly<Record<string, string>>} */
    const packages = context.options[0];
    const path = context.filename.replaceAll('\\', '/');
    const folder = Object.keys(packages).find((each) => path.startsWith(`${context.cwd}/${each}/`));
    return {
      Program(node) {
        const known = knownProjects();
        if (known === undefined) {
          context.report({ node, messageId: 'missing' });
        } else if (folder !== undefined && !known.has(packages[folder] ?? '')) {
          context.report({ node, messageId: 'stale', data: { folder } });
        }
      },
    };
  },
};

/** @type {Set<string> | undefined} */
let projects;

function knownProjects() {
  try {
    projects ??= new Set(Object.keys(readCachedProjectGraph().nodes));
  } catch {
    // Missing, or from another version of Nx.
  }
  return projects;
}
