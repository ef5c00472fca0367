import { InvalidModuleError, type ModuleManifest } from '@org/core';

import type { CollectionReport } from '@org/core/store';

import type { Domain } from './domain.ts';
import type { Foundation } from './foundation.ts';

/**
 * For JavaScript, where no compiler says so.
 *
 * @throws RangeError if it is no list: a promise, or nothing, because `return` is missing
 * @throws InvalidModuleError if a domain has no manifest, or no `initialize`
 */
export function assertDomains(domains: unknown): void {
  if (!Array.isArray(domains)) {
    throw new RangeError('domains must return a list of domains.');
  }
  for (const [index, domain] of domains.entries()) {
    const { manifest, initialize } = (domain ?? {}) as Partial<Domain>;
    if (typeof manifest?.collections !== 'object') {
      throw new InvalidModuleError(
        `The domain ${index + 1} of domains has no manifest: make one with defineModule.`,
      );
    }
    if (typeof initialize !== 'function') {
      throw new InvalidModuleError(
        `The module ${manifest.name} has no initialize, which sets up its collections.`,
      );
    }
  }
}

/** @throws InvalidModuleError unless `initialize` resolved with a list, as it may not in JavaScript */
export function checkReports(reports: unknown): readonly CollectionReport[] {
  if (!Array.isArray(reports)) {
    throw new InvalidModuleError(
      'The initialize of a domain must resolve with a list: the reports of its collections.',
    );
  }
  return reports as readonly CollectionReport[];
}

/** @throws InvalidModuleError if a domain keeps personal data and does not provide it */
export function assertProvidesPersonalData({ manifest, personalDataProvider }: Domain): void {
  const personal = Object.entries(manifest.collections).find(
    ([, { personalData }]) =>
      (personalData?.exported && personalDataProvider?.exportDataByAccountId === undefined) ||
      (personalData?.end === 'erased' && personalDataProvider === undefined),
  );
  if (personal !== undefined) {
    throw new InvalidModuleError(
      `The module ${manifest.name} keeps personal data in ${personal[0]}, but has no personalDataProvider to export and erase them.`,
    );
  }
}

/** @throws InvalidModuleError if two modules have one name */
export function assertNamesUnique(manifests: readonly ModuleManifest[]): void {
  const names = manifests.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new InvalidModuleError(`Two modules are named ${repeated}.`);
  }
}

const PERMISSION_NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/;
const MAXIMUM_PERMISSION_LENGTH = 64;

/**
 * What the modules declare.
 *
 * @throws InvalidModuleError if a name is not like `invoices.read`, or two modules declare it
 */
export function permissionsOf(manifests: readonly ModuleManifest[]): readonly string[] {
  const owners = new Map<string, string>();
  for (const { name: module, permissions } of manifests) {
    for (const permission of permissions) {
      if (!PERMISSION_NAME.test(permission) || permission.length > MAXIMUM_PERMISSION_LENGTH) {
        throw new InvalidModuleError(
          `The permission ${permission} of ${module} must be like invoices.read, in lower case and at most ${MAXIMUM_PERMISSION_LENGTH} characters long.`,
        );
      }
      const other = owners.get(permission);
      if (other !== undefined) {
        throw new InvalidModuleError(
          `Both ${other} and ${module} declare the permission ${permission}.`,
        );
      }
      owners.set(permission, module);
    }
  }
  return [...owners.keys()];
}

/** @throws InvalidModuleError if a job, a topic or a listener is in no manifest */
export function assertWorkDeclared(
  manifests: readonly ModuleManifest[],
  { jobs, events, notification }: Pick<Foundation, 'jobs' | 'events' | 'notification'>,
): void {
  const declared = new Set(manifests.flatMap((manifest) => manifest.jobs));
  for (const name of jobs.jobNames) {
    if (!declared.has(name)) {
      throw new InvalidModuleError(
        `The job ${name} belongs to no module: add it to the jobs of one's module.ts.`,
      );
    }
  }
  assertTopicsDeclared(manifests, notification.topicNames);
  for (const { name, hears } of events.listeners) {
    const owner = manifests.find((manifest) => name.startsWith(`${manifest.name}.`));
    if (owner?.listensTo.some((event) => event.name === hears) !== true) {
      throw new InvalidModuleError(
        `The listener ${name} hears ${hears}: begin its name with its module's, and add the event to listensTo in that module.ts.`,
      );
    }
  }
}

function assertTopicsDeclared(
  manifests: readonly ModuleManifest[],
  registered: readonly string[],
): void {
  const declared = manifests.flatMap(({ topics }) => topics);
  for (const topic of registered.filter((name) => !declared.includes(name))) {
    // Others are the program's own.
    const owner = manifests.find(({ name }) => topic.startsWith(`${name}.`));
    if (owner !== undefined) {
      throw new InvalidModuleError(
        `The module ${owner.name} does not declare the topic ${topic}: add it to the topics in its module.ts.`,
      );
    }
  }
  const unregistered = declared.find((name) => !registered.includes(name));
  if (unregistered !== undefined) {
    throw new InvalidModuleError(
      `The topic ${unregistered} is not registered: add it to the topics of the messages.`,
    );
  }
}
