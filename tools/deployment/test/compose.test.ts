import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inWorkspace, TemporaryDirectory } from '@org/harness';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { findUnknownSettings } from '../src/setting-names.ts';

const text = readFileSync(inWorkspace('compose.yaml'), 'utf8');

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: object;
}

const { services, secrets } = parse(text, { merge: true }) as ComposeFile;

/** Which order and which quotes there are is not looked at. */
const rules = {
  ...{ 'service-keys-order': 0, 'services-alphabetical-order': 0, 'no-quotes-in-volumes': 0 },
  'top-level-properties-order': 0,
} as const;

/** By the schema of the Compose specification, and rules for what it allows. */
function findProblems(content: string): readonly string[] {
  const path = join(new TemporaryDirectory('org-compose').path, 'compose.yaml');
  writeFileSync(path, content);
  const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
  const [result] = linter.lintFiles([path], false);
  const messages: readonly { readonly message: string }[] = result?.messages ?? [];
  return messages.map(({ message }) => message);
}

describe('compose.yaml', () => {
  it('is as the specification says', () => {
    expect(findProblems(text)).toEqual([]);
  });

  it.each([
    ['an unknown key', text.replace('read_only', 'readonly'), 'additional properties'],
    ['a value that is none', text.replace('replicas: 2', 'replicas: [2]'), 'replicas'],
    ['a port on every interface', text.replace('127.0.0.1:8025:', '8025:'), '8025'],
  ])('would be refused with %s', (_what, content, named) => {
    expect(findProblems(content).join('\n')).toContain(named);
  });

  it('runs two processes that serve and one that works, without rights, in one image', () => {
    expect(services['api']).toMatchObject({
      deploy: { replicas: 2 },
      environment: { ROLE: 'api' },
    });
    expect(services['worker']).toMatchObject({ environment: { ROLE: 'worker' } });
    for (const name of ['api', 'worker']) {
      const service = services[name];
      expect(service).toMatchObject({
        image: 'org-program',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        secrets: Object.keys(secrets),
      });
      expect(findUnknownSettings(Object.keys(service?.environment ?? {}))).toEqual([]);
    }
  });

  it('has secrets in files', () => {
    const { environment = {} } = services['api'] ?? {};
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));

    expect(files).toEqual([['SECRET_KEY_FILE', '/run/secrets/secret_key']]);
    expect(secrets).toHaveProperty('secret_key');
  });
});
