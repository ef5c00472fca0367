import { isSuccess, send } from '../http/http-client.ts';
import type { Program } from './program.ts';

/**
 * A figure of the program's metrics.
 *
 * @returns NaN when it does not tell it
 */
export async function readGauge(
  { metricsPort }: Program,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const request = { port: metricsPort, path: '/metrics' };
  const outcome = await send(request, { limitMilliseconds: 30_000 });
  return isSuccess(outcome) ? findSample(String(outcome.body), name, labels) : Number.NaN;
}

/** The value of a sample in Prometheus's text; NaN when it is not there. */
export function findSample(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const samples = text.split('\n').filter((line) => /^\w+/u.exec(line)?.[0] === name);
  const found = samples.find((line) => pairs.every((pair) => line.includes(pair)));
  return found === undefined ? Number.NaN : Number(found.slice(found.lastIndexOf(' ') + 1));
}
