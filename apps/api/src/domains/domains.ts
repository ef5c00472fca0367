import type { Domain, DomainDependencies } from './domain.ts';
import { composeTask } from './task.ts';
// <import of a new module>

/** Builds the domains other than accounts. `nx g @org/module-generator:module` adds to them. */
export function composeDomains(dependencies: DomainDependencies): readonly Domain[] {
  return [
    composeTask(dependencies),
    // <new module>
  ];
}
