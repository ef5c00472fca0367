import { randomBytes } from 'node:crypto';

import { defineModule, InvalidModuleError } from '@org/core';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';

import { readConfig } from '../src/config.ts';
import type { Domain } from '../src/domains/domain.ts';
import { composeModules } from '../src/modules.ts';

const { domains } = vi.hoisted(() => ({ domains: [] as Domain[] }));
vi.mock('../src/domains/domains.ts', () => ({ composeDomains: () => domains }));

const secretKey = randomBytes(32);
let throwaway: ThrowawayDatabase;
beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
});
afterAll(async () => {
  await throwaway.remove();
});

function domainWith(collections: Parameters<typeof defineModule>[0]['collections'] = {}): Domain {
  const report = { collectionName: 'diaries', accountFields: ['account_id'], indexConflicts: [] };
  return {
    manifest: defineModule({ name: 'diary', collections }),
    initialize: () => Promise.resolve([report]),
  };
}

function compose(domain: Domain) {
  domains.splice(0, domains.length, domain);
  const { database } = throwaway;
  return composeModules({ config: readConfig({}), database, secretKey });
}

it.each([
  ['nobody owns a collection', {}, /^The collection diaries belongs to no module/],
  ['it refers to accounts', { diaries: { holds: 'diaries' } }, /^The collection diaries of diary/],
])('the program does not start if %s', async (_, collections, message) => {
  const starting = compose(domainWith(collections)).initialize();

  await expect(starting).rejects.toThrow(InvalidModuleError);
  await expect(starting).rejects.toThrow(message);
});

it('the program is not composed if nobody exports and erases personal data', () => {
  const personalData = { exported: true, end: 'erased' } as const;

  expect(() => compose(domainWith({ diaries: { holds: 'diaries', personalData } }))).toThrow(
    /^The module diary keeps personal data in diaries/,
  );
});
