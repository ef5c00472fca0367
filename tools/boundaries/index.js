/** What other tools use. */
export { addModule } from './add-module.js';
export { folderOf, packagedProjects, packageOf, projects, projectsOfKind } from './module-map.js';
