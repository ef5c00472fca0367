import { PermissionNotHeldError } from '../errors.ts';

/** The role whose name alone allows everything: no stored document can widen or narrow it. */
export const ADMIN = 'admin';
/** Every permission. Where another role has it stored, it counts for nothing. */
export const EVERYTHING = '*';
export const SUPPORT = 'support';

/** What `support` allows at first. */
export const SUPPORT_PERMISSIONS = [
  'accounts.change-contact',
  'accounts.disable',
  'accounts.end-sessions',
  'accounts.read',
  'accounts.resend-code',
  'accounts.send-reset',
  'accounts.unlock',
  'deliveries.read',
  'deliveries.replay',
];

export function isBuiltIn(name: string): boolean {
  return name === ADMIN || name === SUPPORT;
}

/** What somebody's roles allow. */
export interface HeldPermissions {
  /** Names, sorted. */
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  /** Without those of an admin. */
  readonly permissions: ReadonlySet<string>;
}

/** Of the program itself, and of operators who have its environment. */
export const ALL_PERMISSIONS: HeldPermissions = {
  roles: [],
  isAdmin: true,
  permissions: new Set(),
};
export const NO_PERMISSIONS: HeldPermissions = { ...ALL_PERMISSIONS, isAdmin: false };

export function allows({ isAdmin, permissions }: HeldPermissions, permission: string): boolean {
  return isAdmin || permissions.has(permission);
}

/** @throws PermissionNotHeldError for the first that is not held */
export function assertHeld(held: HeldPermissions, permissions: readonly string[]): void {
  const missing = permissions.find((permission) => !allows(held, permission));
  if (missing !== undefined) {
    throw new PermissionNotHeldError(missing);
  }
}

/** What is in one of the lists only. */
export function differenceOf(
  before: readonly string[],
  after: readonly string[],
): readonly string[] {
  return [
    ...before.filter((permission) => !after.includes(permission)),
    ...after.filter((permission) => !before.includes(permission)),
  ];
}

export function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort();
}
