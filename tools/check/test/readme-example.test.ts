import { describe, expect, it } from 'vitest';

import { countLinesToServices, findExamples, findLines } from '../src/consumers/readme-example.ts';

const readme = [
  '# A library',
  '```ts',
  'const ignored = true;',
  '```',
  '```ts consumer=esm',
  "import { a } from 'a';",
  '',
  'await a.initialize();',
  'console.log(a.name()); // ada',
  'console.log(1); // one, and more',
  'console.log(2);',
  '```',
  '```js consumer=commonjs',
  "require('a');",
  '```',
].join('\n');

describe(findExamples, () => {
  it('finds the programs that name a consumer, with what they print', () => {
    expect(findExamples(readme)).toEqual([
      {
        kind: 'esm',
        code: expect.stringMatching(/^import \{ a \}[^]*log\(2\);\n$/),
        output: ['ada', 'one, and more'],
      },
      { kind: 'commonjs', code: "require('a');\n", output: [] },
    ]);
  });
});

describe(countLinesToServices, () => {
  it('counts until the services are initialized, without empty lines', () => {
    const [esm, commonjs] = findExamples(readme);

    expect(countLinesToServices(esm!)).toBe(2);
    expect(countLinesToServices(commonjs!)).toBe(0);
  });
});

describe(findLines, () => {
  it('leaves out empty lines', () => {
    expect(findLines('one\n\n  two\n \n')).toEqual(['one', '  two']);
  });
});
