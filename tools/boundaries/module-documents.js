/** What the modules declare in their `module.ts`, as documents; see picture.js. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { folderOf, projectsOfKind } from './module-map.js';

/**
 * @typedef {object} EventDefinition
 * @property {string} name
 * @property {number} version
 * @property {{ properties: Readonly<Record<string, object>> }} payloadSchema
 * @property {readonly string[]} personalFields
 * @property {boolean} isRefusable
 *
 * @typedef {object} OwnedCollection
 * @property {string} holds
 * @property {{ exported: boolean, end: string }} [personalData]
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Readonly<Record<string, OwnedCollection>>} collections
 * @property {readonly EventDefinition[]} publishes
 * @property {readonly EventDefinition[]} listensTo
 * @property {readonly string[]} jobs
 * @property {readonly string[]} topics
 * @property {readonly string[]} permissions
 */

const workspaceRoot = join(import.meta.dirname, '../..');
const GENERATED = '<!-- generated from the modules: npm run boundaries -- --write -->';

/**
 * The manifest of every library that has one. Needs a Node that reads TypeScript, with
 * `--conditions=@org/source`.
 *
 * @returns {Promise<readonly Manifest[]>}
 * @throws {Error} if a manifest lacks an event that its library defines
 */
export async function readManifests() {
  const folders = projectsOfKind('module', 'foundation')
    .map((name) => join(folderOf(name), 'src'))
    .filter((folder) => existsSync(join(workspaceRoot, folder, 'module.ts')));
  return Promise.all(
    folders.map(async (folder) => {
      const [manifest] = Object.values(await load(join(folder, 'module.ts')));
      checkPublishes(manifest, await load(join(folder, 'events.ts')), folder);
      return manifest;
    }),
  );
}

/**
 * Nothing else would notice a forgotten event: it is published, but stands in no document.
 *
 * @param {Manifest} manifest
 * @param {Readonly<Record<string, unknown>>} exported what `events.ts` beside it exports
 * @param {string} folder of both
 * @throws {Error} if the manifest lacks one of them
 */
export function checkPublishes({ name, publishes }, exported, folder) {
  const published = new Set(publishes.map((event) => event.name));
  const missing = Object.entries(exported)
    .filter(([, value]) => isEventDefinition(value) && !published.has(value.name))
    .map(([constant]) => constant);
  if (missing.length > 0) {
    throw new Error(
      `The module ${name} defines events in ${folder}/events.ts that its manifest does not list: add ${missing.join(', ')} to \`publishes\` in ${folder}/module.ts.`,
    );
  }
}

/**
 * Which module listens to events of which other.
 *
 * @param {readonly Manifest[]} manifests
 */
export function listeningEdges(manifests) {
  const edges = manifests.flatMap(({ name, listensTo }) =>
    listensTo.map((event) => [name, publisherOf(event, manifests)?.name ?? '']),
  );
  return [...new Map(edges.map((edge) => [edge.join(), edge])).values()];
}

/** @param {readonly Manifest[]} manifests */
export function renderEvents(manifests) {
  const rows = manifests.flatMap(({ name: publisher, publishes }) =>
    publishes.map((event) => {
      const { name, version, payloadSchema, isRefusable } = event;
      const fields = Object.keys(payloadSchema.properties).join(', ');
      const listeners = manifests
        .filter(({ listensTo }) => listensTo.some((each) => each.name === name))
        .map((listener) => listener.name);
      return [
        `\`${name}\``,
        publisher,
        String(version),
        `\`{ ${fields} }\``,
        isRefusable ? 'yes' : 'no',
        listeners.join(', ') || '–',
      ];
    }),
  );
  return document(
    'Events',
    'Every event, who publishes it, and which modules listen to it. Each README of a publisher says when; [`@org/events`](../libs/events/README.md) says how to listen. [`@org/webhook`](../libs/webhook/README.md) sends any of them to the endpoints that subscribe to it.',
    table(['event', 'published by', 'version', 'payload', 'can be refused', 'listeners'], rows),
  );
}

/** @param {readonly Manifest[]} manifests */
export function renderModules(manifests) {
  const collections = manifests.flatMap(({ name, collections: owned }) =>
    Object.entries(owned).map(([collection, { holds, personalData }]) => [
      `\`${collection}\``,
      name,
      holds,
      personalData === undefined ? 'none' : personalData.end,
      personalData?.exported === true ? 'yes' : 'no',
    ]),
  );
  const work = manifests
    .filter(({ jobs, topics }) => jobs.length + topics.length > 0)
    .map(({ name, jobs, topics }) => [name, quoted(jobs), quoted(topics)]);
  const allowed = manifests
    .filter(({ permissions }) => permissions.length > 0)
    .map(({ name, permissions }) => [name, quoted(permissions)]);
  return document(
    'What each module owns',
    "From each library's `src/module.ts`. A collection that refers to accounts without personal data being declared is refused at the start.",
    [
      table(['collection', 'module', 'holds', 'personal data', 'in the export'], collections),
      table(['module', 'jobs', 'messages'], work),
      table(['module', 'permissions of roles'], allowed),
    ].join('\n\n'),
  );
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, any>>} what it exports: nothing if there is no such file
 */
async function load(file) {
  const path = join(workspaceRoot, file);
  return existsSync(path) ? import(pathToFileURL(path).href) : {};
}

/**
 * @param {unknown} value
 * @returns {value is EventDefinition}
 */
function isEventDefinition(value) {
  return typeof value === 'object' && value !== null && 'payloadSchema' in value;
}

/**
 * @param {EventDefinition} event
 * @param {readonly Manifest[]} manifests
 */
function publisherOf({ name }, manifests) {
  return manifests.find(({ publishes }) => publishes.some((each) => each.name === name));
}

/** @param {readonly string[]} names */
function quoted(names) {
  return names.map((name) => `\`${name}\``).join(', ') || '–';
}

/**
 * @param {string} title
 * @param {string} introduction
 * @param {string} body
 */
function document(title, introduction, body) {
  return `# ${title}\n\n${GENERATED}\n\n${introduction}\n\n${body}\n`;
}

/**
 * A table as prettier lays it out.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('\n');
}
