/** What other tools use. */
export { addModule } from './add-module.js';
export { packageOf, projects, projectsOfKind } from './module-map.js';
