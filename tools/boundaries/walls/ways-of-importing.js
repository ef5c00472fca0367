/** Wall 3 between projects: the permitted ways into another one, whatever a layer allows. */

import { allLayers, shippedLayers, surroundingLayers } from '../layer-map.js';
import { projectsOfKind, scope } from '../module-map.js';
import { refuse, sourceProject, targetProject } from './messages.js';

const anyProject = { file: { captured: { project: '*' } } };
const anotherProject = { project: `!${sourceProject}` };
const byPath = { source: `!${scope}/**` };
const byName = { source: `${scope}/**` };
const shipped = Object.keys(shippedLayers);
const surrounding = Object.keys(surroundingLayers);
const shippedWithoutTesting = shipped.filter((name) => !/testing/.test(name));
const knowingNoRoutes = shipped.filter((name) => name !== 'composition');
/** Another module: neither the importing project nor a foundation library. */
const anotherModule = {
  project: `!(${[sourceProject, ...projectsOfKind('foundation')].join('|')})`,
};
const internalLayers = Object.keys(allLayers).filter((name) => !name.endsWith('index'));

export const waysOfImporting = [
  {
    id: 'deep import',
    from: anyProject,
    disallow: { to: { file: { categories: internalLayers, captured: anotherProject } } },
    because: 'the files of another project change without notice',
    instead: `import what ${scope}/${targetProject} exports`,
  },
  {
    id: 'unexported path',
    from: anyProject,
    disallow: { to: { file: { isUnknown: true } }, dependency: byName },
    because: 'its package.json does not export it',
    instead: 'import what the package exports',
  },
  {
    id: 'path into another project',
    from: anyProject,
    disallow: {
      to: { file: { categories: '**/index', captured: anotherProject } },
      dependency: byPath,
    },
    because: 'a path into another project breaks when the package is published',
    instead: `import it by its name, ${scope}/${targetProject}`,
  },
  {
    id: 'own package',
    from: { file: { categories: [...shipped, 'app', 'tool', 'tool/index'] } },
    disallow: { to: { file: { captured: { project: sourceProject } } }, dependency: byName },
    because: 'a project that imports itself by name makes a cycle',
    instead: 'import the file by a relative path',
  },
  {
    id: 'own barrel',
    from: { file: { categories: shipped } },
    disallow: { to: { file: { categories: 'index', captured: { project: sourceProject } } } },
    because: 'a file that imports its own barrel makes a cycle',
    instead: 'import the file that declares what you need',
  },
  {
    id: 'root of core',
    from: { file: { categories: 'src', captured: { project: 'core' } } },
    disallow: { to: { file: { categories: 'src/store', captured: { project: 'core' } } } },
    because: 'everything imports the root of core, which loads neither MongoDB nor Fastify',
    instead: 'move the code to src/store or src/rest-api',
  },
  {
    id: 'routes of another module',
    from: { file: { categories: [...knowingNoRoutes, ...surrounding] } },
    disallow: {
      to: { file: { categories: 'rest-api/index', captured: anotherModule } },
      dependency: byName,
    },
    because: 'only an app or a composition mounts the routes of a module',
    instead: `call the service that ${scope}/${targetProject} exports`,
  },
  {
    id: 'testing outside of tests',
    from: { file: { categories: [...shippedWithoutTesting, 'app'] } },
    disallow: { to: { file: { categories: 'testing/index', captured: anotherProject } } },
    because: 'test support is not shipped',
    instead: 'import it in test/ or src/testing only',
  },
].map(refuse);
