import ts from 'typescript';

/** A public API, as API Extractor reports it. */
export interface ApiReport {
  readonly packageName: string;
  /** The statements that declare a name; more than one if it is overloaded or merged. */
  readonly declarations: ReadonlyMap<string, readonly ts.Statement[]>;
  /** Where each name of another package comes from, such as `@org/core`. */
  readonly origins: ReadonlyMap<string, string>;
}

const printer = ts.createPrinter({ removeComments: true });

/**
 * Reads a report, which is Markdown around one block of TypeScript.
 *
 * @throws Error if it is something else
 */
export function parseApiReport(markdown: string): ApiReport {
  const [, packageName] = /^## API Report File for "(.+)"$/m.exec(markdown) ?? [];
  const [, code] = /^```ts$(.*)^```$/ms.exec(markdown) ?? [];
  if (packageName === undefined || code === undefined) {
    throw new Error('A report of API Extractor has a title and a block of TypeScript.');
  }
  const { statements } = ts.createSourceFile('report.ts', code, ts.ScriptTarget.Latest, true);
  return {
    packageName,
    declarations: groupNodes(
      statements.filter((statement) => !ts.isImportDeclaration(statement)),
      nameOf,
    ),
    origins: new Map(statements.filter(ts.isImportDeclaration).flatMap(originsOf)),
  };
}

/** Overloads and merged declarations share a name. */
export function groupNodes<Node extends ts.Node>(
  nodes: readonly Node[],
  nameOf: (node: Node) => string,
): ReadonlyMap<string, readonly Node[]> {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const name = nameOf(node);
    groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  return groups;
}

/** The text of a node on one line, without its comments. */
export function print(node: ts.Node): string {
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => print(name)).join();
  }
  if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
    const { exportClause } = statement;
    const exported = ts.isNamedExports(exportClause) ? exportClause.elements : [exportClause];
    return exported.map(({ name }) => print(name)).join();
  }
  const name = ts.getNameOfDeclaration(statement as ts.DeclarationStatement);
  return print(name ?? statement);
}

function originsOf({
  importClause,
  moduleSpecifier,
}: ts.ImportDeclaration): readonly (readonly [name: string, origin: string])[] {
  const origin = print(moduleSpecifier);
  const bindings = importClause?.namedBindings;
  const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  return named.map(({ name, propertyName }) => [
    print(name),
    propertyName === undefined ? origin : `${print(propertyName)} of ${origin}`,
  ]);
}
