/** A kind of project that uses a library from outside of this workspace. */
export interface ConsumerKind {
  readonly description: string;
  /** How package.json says that its files are to be read. */
  readonly type: 'module' | 'commonjs';
  /** What the example is written to. */
  readonly file: 'main.ts' | 'main.js';
  /** Whose Node runs it: the pinned one, or that of the machine. */
  readonly node: 'pinned' | 'machine';
  /** What it installs besides the libraries. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** What must not be there after its install. */
  readonly absent: readonly string[];
  /** Whether it goes on until it is stopped; it then prints its address. */
  readonly isServer: boolean;
}

const typescript = { typescript: '6.0.3', '@types/node': '24.19.2' };

export const consumerKinds: Readonly<Record<string, ConsumerKind>> = {
  esm: {
    description: 'TypeScript, ESM, without HTTP',
    type: 'module',
    file: 'main.ts',
    node: 'pinned',
    dependencies: typescript,
    absent: ['fastify'],
    isServer: false,
  },
  fastify: {
    description: 'a Fastify app with routes and a guard of its own',
    type: 'module',
    file: 'main.ts',
    node: 'pinned',
    dependencies: { ...typescript, fastify: '^5.12.0' },
    absent: [],
    isServer: true,
  },
  commonjs: {
    description: "CommonJS on the machine's own Node",
    type: 'commonjs',
    file: 'main.js',
    node: 'machine',
    dependencies: {},
    absent: ['fastify'],
    isServer: false,
  },
};
