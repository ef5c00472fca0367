/**
 * What `no-restricted-syntax` rejects, and where. ESLint does not merge lists, so they are combined
 * here.
 */

const namesOfInterfaces = {
  selector: 'TSInterfaceDeclaration[id.name=/^I[A-Z][a-z]/]',
  message: 'No `I` before the name of an interface.',
};

const noComputedImport = {
  selector: 'ImportExpression:not([source.type="Literal"])',
  message: 'import() of a computed name escapes every boundary check. Write the name out.',
};

const noDefaultExport = [
  {
    selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
    message: 'No default exports: export by name, so that every importer uses the same one.',
  },
];

const environment = [
  'MemberExpression[object.name="process"]:matches([property.name="env"], [property.value="env"])',
  'VariableDeclarator[init.name="process"] Property[key.name="env"]',
  'ImportDeclaration[source.value=/^(node:)?process$/]',
];
const noEnvironment = [
  {
    selector: environment.join(', '),
    message: 'The environment is read once, in src/config.ts of an app. Take an option instead.',
  },
];

const sourceAddress = {
  selector:
    'MemberExpression[object.name="request"]:matches([property.name="ip"], [property.name="ips"])',
  message:
    'What a proxy names need not be an address. Take operationContextOf(request).sourceAddress.',
};

const library = [
  sourceAddress,
  {
    selector: 'MemberExpression[object.name="process"][property.name="exit"]',
    message: 'A library never ends the process. Throw an error instead.',
  },
  {
    selector:
      'CallExpression[callee.object.name="Date"][callee.property.name="now"], NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Take the time from a Clock, so that tests can move it.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Use node:crypto: Math.random can be predicted.',
  },
  {
    selector: 'AwaitExpression:not(:function AwaitExpression)',
    message: 'Nothing happens at import, and CommonJS users cannot require() top-level await.',
  },
  {
    selector: 'CallExpression[callee.name="createRequire"]',
    message: 'createRequire escapes every boundary check. Use import.',
  },
];

const barrel = [
  {
    selector: 'ExportAllDeclaration',
    message: 'No `export *`: a barrel is a table of contents. List what it exports by name.',
  },
  {
    selector: 'Program > :not(ExportNamedDeclaration[source])',
    message: 'No logic in a barrel: `export { … } from` only.',
  },
];

const service = [
  {
    selector:
      'MemberExpression:matches([object.property.name=/[rR]epository$/], [object.name=/^([a-z]\\w*R|r)epository$/])',
    message:
      'A service calls no repository. Let a reader or a writer of internal/ do it, and call that.',
  },
];

const tests = [
  {
    selector: 'CallExpression[callee.name=/^(it|test)$/] > Literal[value=/\\bshould\\b/]',
    message: 'Say what it does in the present tense, without "should".',
  },
  {
    selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name="only"]',
    message: 'The other tests would not run.',
  },
  {
    selector: 'MemberExpression[object.name="vi"][property.name=/^wait(For|Until)$/]',
    message: 'It waits for a second, less than a busy machine may take. Use `expect.poll`.',
  },
];

/** @param {...(object | readonly object[])} restrictions */
function restrict(...restrictions) {
  return { 'no-restricted-syntax': ['error', namesOfInterfaces, ...restrictions.flat()] };
}

const sources = [noComputedImport, ...noDefaultExport];

export const restrictedSyntax = {
  anywhere: restrict(noComputedImport),
  app: restrict(sources, noEnvironment, sourceAddress),
  appConfiguration: restrict(sources),
  library: restrict(sources, noEnvironment, library),
  clock: restrict(sources, noEnvironment),
  service: restrict(sources, noEnvironment, library, service),
  barrel: restrict(sources, noEnvironment, library, barrel),
  tests: restrict(noDefaultExport, tests),
  tool: restrict(sources),
  // It reads what every module declares, whichever there are.
  moduleDocuments: restrict(noDefaultExport),
};
