/**
 * Which project may depend on which: the single list behind all three walls. A project may import
 * only what its entry names. There are no wildcards and no inheritance: an edge that is not listed
 * here does not exist.
 *
 * Direction: apps/api → account → authentication, notification, jobs, audit → events → queue → core
 */

/**
 * @typedef {'module' | 'foundation' | 'composition' | 'app' | 'tool'} ProjectKind
 * `module`: a domain library with the full shape. `foundation`: a library with a subset of it.
 * `composition`: a library that builds and mounts modules; only apps import it.
 *
 * @typedef {object} Project
 * @property {ProjectKind} kind
 * @property {readonly string[]} dependencies projects whose package it may import
 * @property {readonly string[]} [ports] files in `src/` with the interfaces that others implement
 * @property {readonly string[]} [collections] MongoDB collections that only it reads and writes
 * @property {readonly string[]} [dynamicDependencies] projects it may load only with `import()`
 * @property {readonly string[]} [starts] projects it starts as programs, without importing them
 * @property {boolean} [isPackage] whether it has a package.json; default true
 */

/** @type {Readonly<Record<string, Project>>} */
export const projects = {
  core: { kind: 'foundation', dependencies: [] },
  audit: { kind: 'module', dependencies: ['core'], collections: ['audit_log'] },
  queue: { kind: 'foundation', dependencies: ['core'] },
  events: {
    kind: 'foundation',
    dependencies: ['queue', 'core'],
    collections: ['event_deliveries', 'event_deliveries_sequences'],
  },
  jobs: {
    kind: 'module',
    dependencies: ['queue', 'core'],
    collections: ['agendaJobs', 'job_run'],
  },
  notification: {
    kind: 'module',
    dependencies: ['events', 'queue', 'core'],
    ports: ['message-provider', 'notice-budget'],
    collections: [
      'account_notification_preferences',
      'development_outbox',
      'notice_windows',
      'notification_deliveries',
      'push_subscriptions',
    ],
  },
  authentication: {
    kind: 'module',
    dependencies: ['events', 'core'],
    ports: ['account-directory', 'job-registry', 'otp-sender'],
    collections: [
      'access_token_signing_keys',
      'digest_keys',
      'email_codes',
      'otps',
      'password_reset_tokens',
      'session_cutoffs',
      'sessions',
      'throttle_counters',
    ],
  },
  account: {
    kind: 'module',
    dependencies: ['authentication', 'notification', 'jobs', 'audit', 'events', 'core'],
    ports: ['password-verifier'],
    collections: [
      'accounts',
      'account_claims',
      'account_export_leases',
      'account_identities',
      'account_identity_state',
      'account_processes',
      'account_contact_changes',
      'account_contact_requests',
    ],
  },
  authorization: {
    kind: 'module',
    dependencies: ['account', 'core'],
    collections: ['roles', 'role_grants', 'role_guard'],
  },
  webhook: {
    kind: 'module',
    dependencies: ['events', 'queue', 'core'],
    collections: ['webhook_endpoints', 'webhook_deliveries'],
  },
  admin: {
    kind: 'module',
    dependencies: [
      'account',
      'audit',
      'authentication',
      'authorization',
      'core',
      'jobs',
      'notification',
      'queue',
      'webhook',
    ],
    collections: [],
  },
  idempotency: { kind: 'module', dependencies: ['core'], collections: ['idempotency_keys'] },
  'api-client': { kind: 'foundation', dependencies: [] },
  task: { kind: 'module', dependencies: ['core'], collections: ['tasks'] },
  // <new module>
  backend: {
    kind: 'composition',
    dependencies: [
      'core',
      'events',
      'audit',
      'jobs',
      'notification',
      'authentication',
      'account',
      'authorization',
      'webhook',
      'admin',
      'idempotency',
    ],
  },

  api: {
    kind: 'app',
    dependencies: [
      'backend',
      'core',
      'notification',
      'authentication',
      'account',
      'task',
      // <new module of api>
    ],
    dynamicDependencies: ['local-mongodb'],
  },
  console: { kind: 'app', dependencies: ['api-client'] },
  'admin-cli': {
    kind: 'app',
    dependencies: [
      'api',
      'core',
      'queue',
      'audit',
      'jobs',
      'notification',
      'authentication',
      'account',
      'authorization',
      'webhook',
    ],
    dynamicDependencies: ['local-mongodb'],
  },
  'api-e2e': {
    kind: 'app',
    dependencies: ['backend', 'core', 'local-mongodb', 'harness', 'api-client'],
    starts: ['api'],
  },

  harness: { kind: 'tool', dependencies: [] },
  'local-mongodb': { kind: 'tool', dependencies: ['harness'] },
  boundaries: { kind: 'tool', dependencies: [] },
  benchmark: {
    kind: 'tool',
    dependencies: ['local-mongodb', 'harness', 'authentication', 'queue', 'core'],
  },
  faults: { kind: 'tool', dependencies: ['local-mongodb', 'harness', 'events', 'core'] },
  deployment: {
    kind: 'tool',
    dependencies: ['local-mongodb', 'harness'],
    starts: ['api', 'admin-cli', 'console'],
  },
  'module-generator': { kind: 'tool', dependencies: ['boundaries'] },
  check: {
    kind: 'tool',
    dependencies: ['boundaries', 'local-mongodb', 'harness'],
    starts: ['admin-cli'],
  },
  setup: { kind: 'tool', dependencies: [], isPackage: false },
};

/** What a library's tests and vitest configurations may import besides its own dependencies. */
export const testDependencies = ['local-mongodb', 'harness'];

/** The npm scope of every package of the workspace. */
export const scope = '@org';

const parents = {
  module: 'libs',
  foundation: 'libs',
  composition: 'libs',
  app: 'apps',
  tool: 'tools',
};

/** @param {string} name */
export function projectNamed(name) {
  const project = projects[name];
  if (project === undefined) {
    throw new Error(`"${name}" is not in tools/boundaries/module-map.js`);
  }
  return project;
}

/** The projects known to npm and Nx. */
export const packagedProjects = Object.keys(projects).filter(
  (name) => projectNamed(name).isPackage !== false,
);

/** @param {...ProjectKind} kinds */
export function projectsOfKind(...kinds) {
  return Object.keys(projects).filter((name) => kinds.includes(projectNamed(name).kind));
}

/**
 * The module that owns a collection.
 *
 * @param {string} collection
 */
export function ownerOf(collection) {
  return Object.keys(projects).find((name) => projects[name]?.collections?.includes(collection));
}

/** @param {string} name */
export function folderOf(name) {
  return `${parents[projectNamed(name).kind]}/${name}`;
}

/** @param {string} name */
export function tagOf(name) {
  return `${parents[projectNamed(name).kind].slice(0, -1)}:${name}`;
}

/** @param {string} name */
export function packageOf(name) {
  return `${scope}/${name}`;
}
