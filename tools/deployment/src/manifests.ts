import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inWorkspace } from '@org/harness';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

/** A Kubernetes object. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** The objects in a file, whose YAML must be sound. @throws YAMLParseError */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      throw problem;
    }
    return document.toJS() as Manifest;
  });
}

export function readManifests(paths: readonly string[]): readonly Manifest[] {
  return paths.flatMap((path) => parseManifests(readFileSync(path, 'utf8')));
}

/**
 * What Kubernetes' schemas have against these objects: values that they do not allow, and fields that
 * they do not know, which Kubernetes drops.
 */
export async function findProblems(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const values = await Promise.all(manifests.map(findRefusedValues));
  return [...values.flat(), ...findUnknownFields(manifests)];
}

interface Model {
  readonly validate: () => void;
}

type Models = Readonly<Record<string, unknown>>;

/** Of the API versions that are used here. */
const MODELS: Readonly<Record<string, () => Promise<Models>>> = {
  'apps/v1': () => import('kubernetes-models/apps/v1'),
  'autoscaling/v2': () => import('kubernetes-models/autoscaling/v2'),
  'networking.k8s.io/v1': () => import('kubernetes-models/networking.k8s.io/v1'),
  'policy/v1': () => import('kubernetes-models/policy/v1'),
  v1: () => import('kubernetes-models/v1'),
};

async function findRefusedValues(manifest: Manifest): Promise<readonly string[]> {
  const { apiVersion, kind } = manifest;
  const models = await MODELS[apiVersion]?.();
  const model = models?.[kind] as (new (manifest: Manifest) => Model) | undefined;
  if (model === undefined) {
    return [`${kind} is not in ${apiVersion}`];
  }
  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    return [`${kind} ${manifest.metadata.name}: ${(error as Error).message}`];
  }
}

/** The schemas allow any further field, and their types do not: each object is type-checked. */
function findUnknownFields(manifests: readonly Manifest[]): readonly string[] {
  const name = inWorkspace('tools/deployment/manifests.generated.ts');
  const text = manifests.map((manifest, index) => {
    const { apiVersion, kind } = manifest;
    const type = `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`;
    return `export const m${index}: ${type} = ${JSON.stringify(manifest, undefined, 1)};`;
  });
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, types: [] },
    ...{ strict: true, noEmit: true, skipLibCheck: true },
  };
  const host = ts.createCompilerHost(options);
  const source = ts.createSourceFile(name, text.join('\n'), ts.ScriptTarget.ES2023);
  const files: Pick<ts.CompilerHost, 'fileExists' | 'getSourceFile'> = {
    fileExists: (path) => path === name || ts.sys.fileExists(path),
    getSourceFile: (path, ...rest) => (path === name ? source : getSourceFile(path, ...rest)),
  };
  const getSourceFile = host.getSourceFile.bind(host);
  const program = ts.createProgram([name], options, { ...host, ...files });
  const found = program.getSemanticDiagnostics(source);
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

export const kustomizationFolder = inWorkspace('deploy/kubernetes');

export interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly {
    readonly name: string;
    readonly literals: readonly string[];
  }[];
}

export function readKustomization(): Kustomization {
  const path = join(kustomizationFolder, 'kustomization.yaml');
  const [kustomization] = parseManifests(readFileSync(path, 'utf8'));
  return kustomization as Manifest & Kustomization;
}
