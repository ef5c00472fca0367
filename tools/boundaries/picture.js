/** The module map as text and as a flowchart; entry point of `npm run boundaries`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { listeningEdges, readManifests, renderEvents, renderModules } from './module-documents.js';
import { projectNamed, projectsOfKind } from './module-map.js';

/**
 * @typedef {import('./module-map.js').ProjectKind} ProjectKind
 * @typedef {import('./module-documents.js').Manifest} Manifest
 */

/** @type {readonly (readonly [title: string, ...kinds: readonly ProjectKind[]])[]} */
const groups = [
  ['apps', 'app'],
  ['libs', 'module', 'foundation', 'composition'],
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

/**
 * The same as a flowchart. A dotted arrow is `import()` only; one that says `hears` leads from a
 * module to one whose events it listens to.
 *
 * @param {readonly Manifest[]} manifests
 */
export function renderMermaid(manifests) {
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
  const heard = listeningEdges(manifests).map(([from, to]) => `  ${from} -. hears .-> ${to}`);
  return ['flowchart LR', ...drawn, ...arrows, ...heard].join('\n');
}

/**
 * Puts the current picture between the two marker comments of a document.
 *
 * @param {string} document
 * @param {readonly Manifest[]} manifests
 */
export function drawIn(document, manifests) {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`the document needs the lines "${BEGIN}" and "${END}"`);
  }
  const before = document.slice(0, begin + BEGIN.length);
  return `${before}\n\n\`\`\`mermaid\n${renderMermaid(manifests)}\n\`\`\`\n\n${document.slice(end)}`;
}

/** @type {Readonly<Record<string, (document: string, manifests: readonly Manifest[]) => string>>} */
const documents = {
  'architecture.md': drawIn,
  'events.md': (_, manifests) => renderEvents(manifests),
  'modules.md': (_, manifests) => renderModules(manifests),
};

/**
 * Prints the map, or with `--write [FOLDER]` or `--check [FOLDER]` updates or checks the documents
 * made from it and from the modules' manifests.
 *
 * @param {readonly string[]} words
 * @returns {Promise<string>} what is wrong, if anything
 */
async function main([mode, folder = 'docs']) {
  const manifests = await readManifests();
  if (mode === undefined) {
    process.stdout.write(`${renderText()}\n${renderMermaid(manifests)}\n`);
    process.stdout.write(`\n${renderEvents(manifests)}\n${renderModules(manifests)}`);
    return '';
  }
  if (mode !== '--write' && mode !== '--check') {
    return 'Usage: npm run boundaries [-- --write [FOLDER] | --check [FOLDER]]\n';
  }
  const outdated = Object.entries(documents).filter(([name, render]) => {
    const path = join(folder, name);
    const written = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const current = render(written, manifests);
    if (mode === '--write') {
      writeFileSync(path, current);
      return false;
    }
    return current !== written;
  });
  return outdated
    .map(([name]) => `${join(folder, name)} is out of date: npm run boundaries -- --write\n`)
    .join('');
}

/**
 * Whoever reads the output may stop early, as `head` does.
 *
 * @param {NodeJS.ErrnoException} error
 */
function endQuietly(error) {
  if (error.code !== 'EPIPE') {
    throw error;
  }
}

if (import.meta.main) {
  process.stdout.on('error', endQuietly);
  const problem = await main(process.argv.slice(2));
  process.stderr.write(problem);
  process.exitCode = problem === '' ? 0 : 1;
}
