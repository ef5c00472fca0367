import { fileName } from './file-name.js';
import { projectGraphPresent } from './project-graph-present.js';

/** The workspace's own rules. */
export const workspacePlugin = {
  rules: { 'file-name': fileName, 'project-graph-present': projectGraphPresent },
};
