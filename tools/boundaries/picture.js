/** The module map as text and as a flowchart; entry point of `npm run boundaries`. */
import { readFileSync, writeFileSync } from 'node:fs';

import { projectNamed, projectsOfKind } from './module-map.js';

/** @typedef {import('./module-map.js').ProjectKind} ProjectKind */

/** @type {readonly (readonly [title: string, ...kinds: readonly ProjectKind[]])[]} */
const groups = [
  ['apps', 'app'],
  ['libs', 'module', 'foundation'],
  ['tools', 'tool'],
];
const BEGIN = '<!-- module map: npm run boundaries -- --write -->';
const END = '<!-- end of the module map -->';

/** Every project with the projects it may import; `(import() only)` marks those it must not need. */
export function renderText() {
  const line = (/** @type {string} */ name) => {
    const { dependencies, dynamicDependencies = [] } = projectNamed(name);
    const dynamic = dynamicDependencies.map((each) => `${each} (import() only)`);
    const targets = [...dependencies, ...dynamic].join(', ');
    return targets === '' ? `  ${name}` : `  ${name} → ${targets}`;
  };
  return groups
    .map(([title, ...kinds]) => [title, ...projectsOfKind(...kinds).map(line), ''].join('\n'))
    .join('\n');
}

/** The same as a flowchart; a dotted arrow is `import()` only. */
export function renderMermaid() {
  const drawn = groups.flatMap(([title, ...kinds]) => {
    const nodes = projectsOfKind(...kinds).map((name) => `    ${name}`);
    return [`  subgraph ${title}`, ...nodes, '  end'];
  });
  const names = groups.flatMap(([, ...kinds]) => projectsOfKind(...kinds));
  const arrows = names.flatMap((name) => {
    const { dependencies, dynamicDependencies = [] } = projectNamed(name);
    return [
      ...dependencies.map((target) => `  ${name} --> ${target}`),
      ...dynamicDependencies.map((target) => `  ${name} -.-> ${target}`),
    ];
  });
  return ['flowchart LR', ...drawn, ...arrows].join('\n');
}

/** @param {string} document */
export function hasPicture(document) {
  return document.includes(BEGIN);
}

/**
 * Puts the current picture between the two marker comments of a document.
 *
 * @param {string} document
 */
export function drawIn(document) {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`the document needs the lines "${BEGIN}" and "${END}"`);
  }
  const before = document.slice(0, begin + BEGIN.length);
  return `${before}\n\n\`\`\`mermaid\n${renderMermaid()}\n\`\`\`\n\n${document.slice(end)}`;
}

/**
 * Prints the map, or with `--write FILE` or `--check FILE` updates or checks the picture in a
 * document.
 *
 * @param {readonly string[]} words
 * @returns {string} what is wrong, if anything
 */
function main([mode, path = 'docs/architecture.md']) {
  if (mode === undefined) {
    process.stdout.write(`${renderText()}\n${renderMermaid()}\n`);
    return '';
  }
  if (mode !== '--write' && mode !== '--check') {
    return 'Usage: npm run boundaries [-- --write [FILE] | --check [FILE]]\n';
  }
  const document = readFileSync(path, 'utf8');
  const drawn = drawIn(document);
  if (mode === '--write') {
    writeFileSync(path, drawn);
    return '';
  }
  const advice = `npm run boundaries -- --write ${path}`;
  return drawn === document ? '' : `${path} has an old picture of the module map: ${advice}\n`;
}

if (import.meta.main) {
  const problem = main(process.argv.slice(2));
  process.stderr.write(problem);
  process.exitCode = problem === '' ? 0 : 1;
}
