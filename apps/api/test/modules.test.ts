import { randomBytes } from 'node:crypto';

import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { readConfig } from '../src/config.ts';
import { channelsOf, composeProgramBackend, type ProgramBackend } from '../src/backend.ts';

const config = readConfig({});
let throwaway: ThrowawayDatabase;
let backend: ProgramBackend;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  backend = composeProgramBackend({
    config,
    database,
    secretKey: randomBytes(32),
    channels: channelsOf(config),
  });
  await backend.initialize();
});
afterAll(async () => {
  await throwaway.remove();
});

describe('what the backend declare', () => {
  it('is every collection of the program, and no other', async () => {
    const collections = await throwaway.database.driver.listCollections().toArray();
    const declared = backend.manifests.flatMap(({ collections: owned }) => Object.keys(owned));

    // Made when names collide.
    expect(declared.filter((name) => name !== 'account_claims').sort()).toEqual(
      collections.map(({ name }) => name).sort(),
    );
  });

  it('is validated, in every collection', async () => {
    const collections = await throwaway.database.driver.listCollections().toArray();
    const withoutValidator = collections.filter(
      (collection) => !('options' in collection && collection.options['validator']),
    );

    // Agenda's own, which has none.
    expect(withoutValidator.map(({ name }) => name)).toEqual(['agendaJobs']);
  });

  it('is every job, and no other', () => {
    const declared = backend.manifests.flatMap(({ jobs }) => jobs);

    expect(declared.sort()).toEqual([...backend.jobs.jobNames].sort());
  });

  it('is every topic, and no other', () => {
    const declared = backend.manifests.flatMap(({ topics }) => topics);

    expect(declared.sort()).toEqual([...backend.notification.topicNames].sort());
  });

  it('is unique', () => {
    for (const names of [
      backend.manifests.map(({ name }) => name),
      backend.manifests.flatMap(({ publishes }) => publishes.map(({ name }) => name)),
      backend.manifests.flatMap(({ topics }) => topics),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
