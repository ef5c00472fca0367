/** What computing a hash takes. */
export interface HashParameters {
  /** In KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/**
 * The most that verifying a stored hash may cost, beyond our own setting: another program's hash must
 * not occupy the memory and cores that all logins share. Far above what is recommended anywhere.
 */
const MAXIMUM: HashParameters = { memoryCost: 256 * 1_024, timeCost: 16, parallelism: 16 };
/** KiB times passes, which is what the time grows with: a second or two. */
const MAXIMUM_WORK = 1_024 * 1_024;

const ARGON2 =
  /^\$argon2(?:i|d|id)\$(?:v=(?:16|19)\$)?([mtp]=\d{1,10},[mtp]=\d{1,10},[mtp]=\d{1,10})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{6,128}$/;

/**
 * Whether the stored hash is one of Argon2, complete, and costs no more than it may.
 *
 * @param own the parameters of new hashes, which are always verified
 */
export function isVerifiableWithArgon2(hash: string, own: HashParameters): boolean {
  const parameters = readParameters(hash);
  return parameters !== undefined && isAffordable(parameters, own);
}

function readParameters(hash: string): HashParameters | undefined {
  const listed = ARGON2.exec(hash)?.[1]?.split(',') ?? [];
  const costs = new Map(listed.map((parameter) => [parameter[0], Number(parameter.slice(2))]));
  const [memoryCost, timeCost, parallelism] = ['m', 't', 'p'].map((name) => costs.get(name));
  return memoryCost === undefined || timeCost === undefined || parallelism === undefined
    ? undefined
    : { memoryCost, timeCost, parallelism };
}

function isAffordable(given: HashParameters, own: HashParameters): boolean {
  const names = ['memoryCost', 'timeCost', 'parallelism'] as const;
  return (
    names.every((name) => given[name] <= Math.max(MAXIMUM[name], own[name])) &&
    workOf(given) <= Math.max(MAXIMUM_WORK, workOf(own))
  );
}

function workOf({ memoryCost, timeCost }: HashParameters): number {
  return memoryCost * timeCost;
}
