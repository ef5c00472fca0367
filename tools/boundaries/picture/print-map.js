import { readFileSync, writeFileSync } from 'node:fs';

import { describeAsMermaid, describeAsText } from './describe-map.js';
import { drawIn } from './document.js';

// Entry point of `npm run boundaries`: prints the map, or with `--write FILE` or `--check FILE`
// updates or checks the picture in a document, docs/architecture.md by default.
const [mode, path = 'docs/architecture.md'] = process.argv.slice(2);
if (mode === undefined) {
  process.stdout.write(`${describeAsText()}\n${describeAsMermaid()}\n`);
} else if (mode === '--write' || mode === '--check') {
  const document = readFileSync(path, 'utf8');
  const drawn = drawIn(document, describeAsMermaid());
  if (mode === '--write') {
    writeFileSync(path, drawn);
  } else if (drawn !== document) {
    process.stderr.write(
      `${path} has an old picture of the module map: npm run boundaries -- --write ${path}\n`,
    );
    process.exitCode = 1;
  }
} else {
  process.stderr.write('Usage: npm run boundaries [-- --write [FILE] | --check [FILE]]\n');
  process.exitCode = 1;
}
