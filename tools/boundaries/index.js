/** For use by other tools. */
export { addModule, insertBefore } from './add-module.js';
export { folderOf, packagedProjects, packageOf, projects, projectsOfKind } from './module-map.js';
