import { randomBytes } from 'node:crypto';

import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { readConfig } from '../src/config.ts';
import { composeModules, type Modules } from '../src/modules.ts';
import { createProviders } from '../src/providers.ts';

const config = readConfig({});
let throwaway: ThrowawayDatabase;
let modules: Modules;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  modules = composeModules({
    config,
    database,
    secretKey: randomBytes(32),
    createProviders: (dependencies) =>
      createProviders({ ...dependencies, config, report: () => undefined }),
  });
  await modules.initialize();
});
afterAll(async () => {
  await throwaway.remove();
});

describe('what the modules declare', () => {
  it('is every collection of the program, and no other', async () => {
    const collections = await throwaway.database.driver.listCollections().toArray();
    const declared = modules.manifests.flatMap(({ collections: owned }) => Object.keys(owned));

    // Made when names collide.
    expect(declared.filter((name) => name !== 'account_claims').sort()).toEqual(
      collections.map(({ name }) => name).sort(),
    );
  });

  it('is every job, and no other', () => {
    const declared = modules.manifests.flatMap(({ jobs }) => jobs);

    expect(declared.sort()).toEqual([...modules.jobs.jobNames].sort());
  });

  it('is every topic, and no other', () => {
    const declared = modules.manifests.flatMap(({ topics }) => topics);

    expect(declared.sort()).toEqual([...modules.notification.topicNames].sort());
  });

  it('is unique', () => {
    for (const names of [
      modules.manifests.map(({ name }) => name),
      modules.manifests.flatMap(({ publishes }) => publishes.map(({ name }) => name)),
      modules.manifests.flatMap(({ topics }) => topics),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
