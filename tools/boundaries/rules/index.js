import { fileName } from './file-name.js';
import { ownCollection } from './own-collection.js';
import { projectGraphPresent } from './project-graph-present.js';

/** The workspace's own rules. */
export const workspacePlugin = {
  rules: {
    'file-name': fileName,
    'own-collection': ownCollection,
    'project-graph-present': projectGraphPresent,
  },
};
