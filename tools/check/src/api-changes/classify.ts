import ts from 'typescript';

import { groupNodes, print, type ApiReport } from './api-report.ts';

/** A change of a declaration, or of one of its members. */
export interface ApiChange {
  /** By semantic versioning. */
  readonly level: 'minor' | 'major';
  /** Such as `AccountService.suspendAccount is new`. */
  readonly text: string;
}

type Nodes = readonly ts.Node[];
type Named = ReadonlyMap<string, Nodes>;

/** A declaration with members. */
interface Container {
  /** All but the members. */
  readonly head: string;
  readonly members: Named;
  /** Whether users make such objects: one more that must be there breaks them. */
  readonly isMadeByUsers: boolean;
}

/**
 * Compares the API of a door: what is new is minor, what is gone or different is major. A report
 * does not tell who makes the objects of an interface; so a new member that must be there is major,
 * for it breaks whoever passes, implements or fakes one. Classes and constants are ours to extend.
 * What is not known to be harmless is major.
 */
export function classifyChanges(before: ApiReport, after: ApiReport): readonly ApiChange[] {
  const moved = [...before.origins.keys()].filter(
    (name) => after.origins.has(name) && after.origins.get(name) !== before.origins.get(name),
  );
  return [
    ...moved.map((name) => major(`${name} is imported from ${after.origins.get(name)}`)),
    ...compareNames(before.declarations, after.declarations, {
      nameOf: (name) => name,
      compare: compareDeclarations,
      isAddition: () => true,
    }),
  ];
}

function major(text: string): ApiChange {
  return { level: 'major', text };
}

function minor(text: string): ApiChange {
  return { level: 'minor', text };
}

interface Comparison {
  readonly nameOf: (name: string) => string;
  readonly compare: (name: string, before: Nodes, after: Nodes) => readonly ApiChange[];
  readonly isAddition: (added: Nodes) => boolean;
}

function compareNames(
  before: Named,
  after: Named,
  { nameOf, compare, isAddition }: Comparison,
): readonly ApiChange[] {
  const kept = [...before].flatMap(([name, nodes]) => {
    const others = after.get(name);
    if (others === undefined) {
      return [major(`${nameOf(name)} is gone`)];
    }
    return printAll(nodes) === printAll(others) ? [] : compare(nameOf(name), nodes, others);
  });
  const added = [...after]
    .filter(([name]) => !before.has(name))
    .map(([name, nodes]) =>
      isAddition(nodes)
        ? minor(`${nameOf(name)} is new`)
        : major(`${nameOf(name)} is new and must be there`),
    );
  return [...kept, ...added];
}

/** Overloads and merged declarations may come in any order. */
function printAll(nodes: Nodes): string {
  return nodes.map(print).sort().join('\n');
}

function compareDeclarations(name: string, before: Nodes, after: Nodes): readonly ApiChange[] {
  const [one, other] = [asContainer(before), asContainer(after)];
  if (one === undefined || other === undefined || one.head !== other.head) {
    return compareSignatures(name, before, after);
  }
  return compareNames(one.members, other.members, {
    nameOf: (member) => `${name}.${member}`,
    compare: compareSignatures,
    isAddition: (nodes) => nodes.every((node) => isHarmless(node, other.isMadeByUsers)),
  });
}

function asContainer([node, ...others]: Nodes): Container | undefined {
  if (node === undefined || others.length > 0) {
    return undefined;
  }
  if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
    const { modifiers = [], typeParameters = [], heritageClauses = [] } = node;
    return contain(node, [...modifiers, ...typeParameters, ...heritageClauses], node.members);
  }
  if (ts.isTypeAliasDeclaration(node)) {
    return containLiteral(node, node.typeParameters ?? [], node.type);
  }
  return ts.isVariableStatement(node)
    ? containLiteral(node, [], node.declarationList.declarations[0]?.type)
    : undefined;
}

function containLiteral(node: ts.Node, head: Nodes, type?: ts.TypeNode): Container | undefined {
  return type !== undefined && ts.isTypeLiteralNode(type)
    ? contain(node, head, type.members)
    : undefined;
}

function contain(node: ts.Node, head: Nodes, members: readonly ts.Declaration[]): Container {
  return {
    head: [ts.SyntaxKind[node.kind], ...head.map(print)].join(' '),
    members: groupNodes(members, memberNameOf),
    isMadeByUsers: !ts.isClassDeclaration(node) && !ts.isVariableStatement(node),
  };
}

function memberNameOf(member: ts.Declaration): string {
  const name = ts.getNameOfDeclaration(member);
  if (name !== undefined) {
    return print(name);
  }
  return ts.isConstructorDeclaration(member) ? 'constructor' : print(member);
}

/** Whether one more member breaks nobody. */
function isHarmless(member: ts.Node, isMadeByUsers: boolean): boolean {
  if (ts.isPropertySignature(member) || ts.isMethodSignature(member)) {
    return !isMadeByUsers || member.questionToken !== undefined;
  }
  const isKnown =
    ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member) || ts.isAccessor(member);
  return (
    isKnown && !(member.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword)
  );
}

/** Something else is major, but for parameters that are new, last and optional. */
function compareSignatures(name: string, before: Nodes, after: Nodes): readonly ApiChange[] {
  const [one, other] = [asSignature(before), asSignature(after)];
  const isExtended =
    one !== undefined &&
    other !== undefined &&
    one.rest === other.rest &&
    one.parameters.every((each, index) => print(each) === print(other.parameters[index] ?? each)) &&
    other.parameters.length > one.parameters.length &&
    other.parameters.slice(one.parameters.length).every(isOptional);
  return [isExtended ? minor(`${name} takes more`) : major(`${name} is different`)];
}

function asSignature([node, ...others]: Nodes):
  { readonly rest: string; readonly parameters: readonly ts.ParameterDeclaration[] } | undefined {
  if (node === undefined || others.length > 0 || !ts.isFunctionLike(node)) {
    return undefined;
  }
  const { typeParameters = [], type, parameters } = node;
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  const parts = [...modifiers, ...typeParameters, ...(type === undefined ? [] : [type])];
  const isOptionalMethod = ts.isMethodSignature(node) && node.questionToken !== undefined;
  const rest = [ts.SyntaxKind[node.kind], isOptionalMethod, ...parts.map(print)].join(' ');
  return { rest, parameters };
}

function isOptional({ questionToken, dotDotDotToken }: ts.ParameterDeclaration): boolean {
  return questionToken !== undefined || dotDotDotToken !== undefined;
}
