/** Wall 3 between projects: the permitted ways into another one, whatever a layer allows. */

import { allLayers, libraryLayers, surroundings } from '../layer-map.js';
import { refusal, sourceProject, targetProject } from './messages.js';
import { projectsOfKind, scope } from '../module-map.js';

/** @typedef {import('./layer-policies.js').Policy} Policy */

const anyProject = { file: { captured: { project: '*' } } };
const anotherProject = { project: `!${sourceProject}` };
const byPath = { source: `!${scope}/**` };
const byName = { source: `${scope}/**` };
const shipped = Object.keys(libraryLayers);
const surrounding = Object.keys(surroundings);
const shippedWithoutTesting = shipped.filter((name) => !/testing/.test(name));
/** Another module: neither the importing project nor a foundation library. */
const anotherModule = {
  project: `!(${[sourceProject, ...projectsOfKind('foundation')].join('|')})`,
};
const internalLayers = Object.keys(allLayers).filter((name) => !name.endsWith('index'));

/** @type {readonly Policy[]} */
export const waysOfImporting = [
  {
    id: 'deep import',
    policy: {
      from: anyProject,
      disallow: { to: { file: { categories: internalLayers, captured: anotherProject } } },
      message: refusal(
        'the files of another project change without notice',
        `import what ${scope}/${targetProject} exports`,
      ),
    },
  },
  {
    id: 'unexported path',
    policy: {
      from: anyProject,
      disallow: { to: { file: { isUnknown: true } }, dependency: byName },
      message: refusal('its package.json does not export it', 'import what the package exports'),
    },
  },
  {
    id: 'path into another project',
    policy: {
      from: anyProject,
      disallow: {
        to: { file: { categories: '**/index', captured: anotherProject } },
        dependency: byPath,
      },
      message: refusal(
        'a path into another project breaks when the package is published',
        `import it by its name, ${scope}/${targetProject}`,
      ),
    },
  },
  {
    id: 'own package',
    policy: {
      from: { file: { categories: [...shipped, 'app', 'tool', 'tool/index'] } },
      disallow: { to: { file: { captured: { project: sourceProject } } }, dependency: byName },
      message: refusal(
        'a project that imports itself by name makes a cycle',
        'import the file by a relative path',
      ),
    },
  },
  {
    id: 'own barrel',
    policy: {
      from: { file: { categories: shipped } },
      disallow: { to: { file: { categories: 'index', captured: { project: sourceProject } } } },
      message: refusal(
        'a file that imports its own barrel makes a cycle',
        'import the file that declares what you need',
      ),
    },
  },
  {
    id: 'routes of another module',
    policy: {
      from: { file: { categories: [...shipped, ...surrounding] } },
      disallow: {
        to: { file: { categories: 'rest-api/index', captured: anotherModule } },
        dependency: byName,
      },
      message: refusal(
        'only an app mounts the routes of a module',
        `call the service that ${scope}/${targetProject} exports`,
      ),
    },
  },
  {
    id: 'testing outside of tests',
    policy: {
      from: { file: { categories: [...shippedWithoutTesting, 'app'] } },
      disallow: { to: { file: { categories: 'testing/index', captured: anotherProject } } },
      message: refusal('test support is not shipped', 'import it in test/ or src/testing only'),
    },
  },
];
