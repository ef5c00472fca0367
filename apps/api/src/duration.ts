const MILLISECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration such as `30s`, `5m`, `2h` or `30d`, as the settings schema admits it. */
export function parseDuration(duration: string): number {
  return Number(duration.slice(0, -1)) * (MILLISECONDS_PER_UNIT[duration.slice(-1)] ?? Number.NaN);
}
