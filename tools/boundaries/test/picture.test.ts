import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { projects } from '../module-map.js';
import { drawIn, hasPicture, renderMermaid, renderText } from '../picture.js';
import { workspaceRoot } from './lint.ts';

const markers = [
  '<!-- module map: npm run boundaries -- --write -->',
  '<!-- end of the module map -->',
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picture-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function print(...words: readonly string[]) {
  const script = join(workspaceRoot, 'tools/boundaries/picture.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('the module map', () => {
  test('is told with every edge, as text and as a picture', () => {
    const { status, output } = print();

    expect(status).toBe(0);
    for (const [name, { dependencies, dynamicDependencies = [] }] of Object.entries(projects)) {
      const line = new RegExp(`^ {2}${name}(?: → (.*))?$`, 'm').exec(output);
      const dynamic = dynamicDependencies.map((each) => `${each} (import() only)`);
      expect(line?.[1]?.split(', ') ?? []).toEqual([...dependencies, ...dynamic]);
      const arrows = [...output.matchAll(new RegExp(`^ {2}${name} -.?.?> (.*)$`, 'gm'))];
      expect(arrows.map(([, target]) => target)).toEqual([...dependencies, ...dynamicDependencies]);
    }
    expect(output).toContain(renderText());
    expect(output).toContain(renderMermaid());
  });

  test('is drawn into a document, which is refused as soon as it differs', () => {
    const path = join(folder, 'document.md');
    writeFileSync(path, ['# Title', '', ...markers, '', 'More.'].join('\n'));
    expect(print('--check', path)).toMatchObject({
      status: 1,
      output: expect.stringContaining('old picture'),
    });

    expect(print('--write', path).status).toBe(0);

    expect(readFileSync(path, 'utf8')).toContain('  account --> authentication\n');
    expect(print('--check', path)).toEqual({ status: 0, output: '' });
    writeFileSync(path, readFileSync(path, 'utf8').replace('  account --> core\n', ''));
    expect(print('--check', path).status).toBe(1);
  });

  test('is not drawn into a document without a place for it', () => {
    expect(() => drawIn('# Title')).toThrow('the document needs the lines');
  });

  test('is up to date in every document', () => {
    const documents = [
      'README.md',
      ...readdirSync(join(workspaceRoot, 'docs'), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.md'))
        .map((path) => `docs/${path}`),
    ];
    const outdated = documents.filter((path) => {
      const text = readFileSync(join(workspaceRoot, path), 'utf8');
      return hasPicture(text) && drawIn(text) !== text;
    });

    expect(outdated).toEqual([]);
  });
});
