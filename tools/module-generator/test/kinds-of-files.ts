/** A file that modules have, and what is written in it. */
export interface KindOfFile {
  readonly path: RegExp;
  /** One file of the kind has all of it. There may be others beside it that serve it. */
  readonly contains: readonly RegExp[];
}

const packageFiles: Readonly<Record<string, KindOfFile>> = {
  licence: { path: /^LICENSE$/, contains: [] },
  readme: { path: /^README\.md$/, contains: [/^# @org\//, /^Owns? |Owns the collection/m] },
  manifest: { path: /^package\.json$/, contains: [/"@org\/source"/] },
  references: { path: /^tsconfig\.json$/, contains: [] },
  'sources configuration': { path: /^tsconfig\.lib\.json$/, contains: [] },
  'tests configuration': { path: /^tsconfig\.spec\.json$/, contains: [] },
  mutant: { path: /^test\/mutant\.json$/, contains: [] },
  'vitest configuration': { path: /^vitest\.config\.ts$/, contains: [/@org\/source/] },
};

const moduleFiles: Readonly<Record<string, KindOfFile>> = {
  barrel: { path: /^src\/index\.ts$/, contains: [] },
  module: {
    path: /^src\/module\.ts$/,
    contains: [/^export const \w+Module = defineModule\(\{$/m],
  },
  types: { path: /^src\/types\.ts$/, contains: [/^export interface \w+/m] },
  errors: {
    path: /^src\/errors\.ts$/,
    contains: [/^export const \w+ErrorCode = \{$/m, / extends defineError\(/],
  },
  service: {
    path: /^src\/[\w-]+-service\.ts$/,
    contains: [
      /^export class \w+Service\b/m,
      /^ {2}private constructor\(/m,
      /^ {2}static create[(<]/m,
    ],
  },
  reader: { path: /^src\/internal\/.*-reader\.ts$/, contains: [/^export class \w+Reader\b/m] },
  writer: { path: /^src\/internal\/.*-writer\.ts$/, contains: [/^export class \w+Writer\b/m] },
  util: {
    path: /^src\/internal\/.*-util\.ts$/,
    contains: [/^export (async )?(class|function|const) /m],
  },
  model: {
    path: /^src\/internal\/(.*\/)?store\/.*-model\.ts$/,
    contains: [
      / extends BaseModel \{$/m,
      /^ {2}static getCollectionName\(\)/m,
      /^ {2}static fromBson\(/m,
    ],
  },
  repository: {
    path: /^src\/internal\/(.*\/)?store\/.*-repository\.ts$/,
    contains: [/ extends ApplicationRepository</, /: RepositoryDependencies\b/],
  },
  'test of the service': { path: /^test\/[\w-]+-service\.test\.ts$/, contains: [] },
  'test of the parameters': {
    path: /^test\/parameters\.test\.ts$/,
    contains: [/findTakenParameters\(/],
  },
};

const httpFiles: Readonly<Record<string, KindOfFile>> = {
  'HTTP barrel': { path: /^src\/rest-api\/index\.ts$/, contains: [] },
  plugin: {
    path: /^src\/rest-api\/[\w-]+-rest-api-server\.ts$/,
    contains: [
      /^export async function \w+RestApi\(/m,
      /applyHttpContract\(/,
      /registerRoutes\(/,
      /interface \w+RestApiOptions/,
    ],
  },
  router: {
    path: /^src\/rest-api\/[\w-]+-router\.ts$/,
    contains: [/^export (const \w+Routes = \{$|function \w+RoutesWith\()/m, /defineRoute\(\{$/m],
  },
  view: {
    path: /^src\/rest-api\/[\w-]+-view\.ts$/,
    contains: [/^export class \w+View implements RouteHandlers</m],
  },
  schema: { path: /^src\/rest-api\/[\w-]+-schema\.ts$/, contains: [/from 'typebox';$/m] },
  'test of the plugin': { path: /^test\/rest-api\/.+\.test\.ts$/, contains: [] },
};

/** What every domain library has. */
export const domainKinds = { ...packageFiles, ...moduleFiles, ...httpFiles };

/** What a library has that serves the others and has no routes. */
export const foundationKinds = { ...packageFiles, ...moduleFiles };

/** What a library may have besides: its use differs from module to module. */
export const optionalKinds: Readonly<Record<string, KindOfFile>> = {
  policy: { path: /^src\/internal\/.*-policy\.ts$/, contains: [] },
  'test support': { path: /^test\/services\.ts$/, contains: [] },
};
