/**
 * Packages that only some layers may import, whatever else they are allowed.
 *
 * @typedef {{packages: readonly string[], layers: readonly string[], because: string, instead: string}} ReservedPackages
 * @type {Readonly<Record<string, ReservedPackages>>}
 */
export const reservedPackages = {
  mongodb: {
    packages: ['mongodb'],
    layers: ['internal/store/repository', 'internal/store/model', 'src/store'],
    because: 'nothing of MongoDB leaves internal/store',
    instead: 'add what you need to the repository',
  },
  fastify: {
    packages: ['fastify', 'fastify-plugin', '@fastify/*', 'typebox'],
    layers: ['rest-api', 'src/rest-api'],
    because: 'HTTP is a separate door; importing the module must not load it',
    instead: 'handle requests and schemas in src/rest-api',
  },
};
