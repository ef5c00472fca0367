import { dirname, join } from 'node:path';

/** What a document needs to be judged: the files around it. */
export interface Surroundings {
  /** Whether a file or folder is there, by its path in the workspace. */
  readonly exists: (path: string) => boolean;
  readonly read: (path: string) => string;
  /** Names of the scripts in package.json. */
  readonly scripts: readonly string[];
}

const LINK = /\]\(([^)\s]+)\)/g;
const FENCE = /^```(\w*)[^\n]*\n(.*?)^```$/gms;
const SCRIPT = /npm run (?:--silent )?([a-z][\w-]*)/g;
const EXTERNAL = /^[a-z]+:/;

/** Dead links, JSON that is none, and npm scripts that do not exist, each with where it stands. */
export function findProblems(path: string, surroundings: Surroundings): readonly string[] {
  const text = surroundings.read(path);
  return [
    ...findDeadLinks(path, text, surroundings),
    ...findBrokenJson(path, text),
    ...findUnknownScripts(path, text, surroundings.scripts),
  ];
}

function findDeadLinks(path: string, text: string, surroundings: Surroundings): string[] {
  return [...text.matchAll(LINK)].flatMap(({ 1: target = '', index }) => {
    if (EXTERNAL.test(target) || isAlive(path, target, surroundings)) {
      return [];
    }
    return [`${place(path, text, index)}: ${target} leads nowhere`];
  });
}

function isAlive(path: string, target: string, { exists, read }: Surroundings): boolean {
  const [file = '', anchor] = target.split('#', 2);
  const linked = file === '' ? path : join(dirname(path), file);
  if (!exists(linked)) {
    return false;
  }
  return anchor === undefined || !linked.endsWith('.md') || anchorsIn(read(linked)).has(anchor);
}

/** The anchors that GitHub makes of headings. */
function anchorsIn(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function findBrokenJson(path: string, text: string): string[] {
  return [...text.matchAll(FENCE)].flatMap(({ 1: language, 2: code = '', index }) => {
    if (language !== 'json' || isJson(code)) {
      return [];
    }
    return [`${place(path, text, index)}: this is no JSON`];
  });
}

function isJson(code: string): boolean {
  try {
    JSON.parse(code);
    return true;
  } catch {
    return false;
  }
}

function findUnknownScripts(path: string, text: string, scripts: readonly string[]): string[] {
  return [...text.matchAll(SCRIPT)].flatMap(({ 1: script = '', index }) =>
    scripts.includes(script)
      ? []
      : [`${place(path, text, index)}: npm run ${script} is no script of package.json`],
  );
}

function place(path: string, text: string, index: number): string {
  return `${path}:${text.slice(0, index).split('\n').length}`;
}
