/** A kind of project that uses a library from outside of this workspace. */
export interface ConsumerKind {
  readonly description: string;
  /** ES modules are TypeScript and run on the pinned Node, CommonJS on that of the machine. */
  readonly type: 'module' | 'commonjs';
  /** What it serves until it is stopped. Default: nothing, it prints and ends. */
  readonly serves?: 'accounts' | 'backend';
  /** What it installs besides our libraries. */
  readonly packages?: Readonly<Record<string, string>>;
  readonly compilerOptions?: object;
}

const FASTIFY = { fastify: '^5.12.0' };

export const consumerKinds: Readonly<Record<string, ConsumerKind>> = {
  esm: { description: 'TypeScript, ESM, without HTTP', type: 'module' },
  fastify: {
    description: 'a Fastify app with routes and a guard of its own',
    type: 'module',
    serves: 'accounts',
    packages: FASTIFY,
  },
  commonjs: { description: "CommonJS on the machine's own Node", type: 'commonjs' },
  'backend-fastify': {
    description: 'Fastify 5',
    type: 'module',
    serves: 'backend',
    packages: FASTIFY,
  },
  'backend-express': {
    description: 'Express 5',
    type: 'module',
    serves: 'backend',
    packages: { express: '^5.1.0', '@types/express': '^5.0.0' },
  },
  'backend-nest': {
    description: 'Nest 11',
    type: 'module',
    serves: 'backend',
    packages: {
      ...{ '@nestjs/common': '^11.1.0', '@nestjs/core': '^11.1.0' },
      ...{ '@nestjs/platform-express': '^11.1.0', 'reflect-metadata': '^0.2.2', rxjs: '^7.8.2' },
    },
    compilerOptions: { experimentalDecorators: true },
  },
};
