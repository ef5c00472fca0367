#!/usr/bin/env node
/** Entry point of the built command line. */
const NODE_MAJOR = 24;

// Before importing anything that an older Node cannot parse.
if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  process.stderr.write(
    `org-admin needs Node ${NODE_MAJOR} or later, and this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

await import('./main.ts');
