import { describeNetworkError, parseRetryAfter, type Clock } from '@org/core';

import { ProviderError } from '../../errors.ts';

export interface VendorRequest {
  readonly vendor: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The parts of a vendor's response that matter for retrying. */
export interface VendorAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null | undefined };
}

/** About the message or its recipient. Others are about us or temporary, and may be fixed. */
const FINAL_STATUSES = new Set([400, 413, 422]);

/** @throws ProviderError, retryable, if the vendor cannot be reached or does not answer in time */
export async function postToVendor({
  vendor,
  url,
  headers,
  body,
  signal,
}: VendorRequest): Promise<Response> {
  try {
    // A redirect would send credentials and recipients to an unknown address.
    return await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  } catch (error) {
    throw unreachable(vendor, error, signal);
  }
}

/** Closes the connection of an unread body. Never fails. */
export function discardBody(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

/** The body as JSON; `undefined` if it is not JSON or does not arrive. */
export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** Includes no text from the vendor or the network: it may name the recipient. */
export function unreachable(vendor: string, error: unknown, signal: AbortSignal): ProviderError {
  const problem = signal.aborted
    ? 'did not answer in time'
    : `cannot be reached${describeNetworkError(error)}`;
  return new ProviderError(`${vendor} ${problem}.`, { retryable: true });
}

export interface RefusalOptions {
  readonly clock: Clock;
  readonly detail?: string | undefined;
  /** Whether the problem is ours or temporary. Default: depends on the status. */
  readonly isOurs?: boolean | undefined;
}

/** The error for any status but success. */
export function refusal(
  vendor: string,
  answer: VendorAnswer,
  { clock, detail, isOurs = !FINAL_STATUSES.has(answer.status) }: RefusalOptions,
): ProviderError {
  const { status } = answer;
  return new ProviderError(`${vendor} answered ${status}${detail ? ` (${detail})` : ''}.`, {
    retryable: isOurs,
    retryAfterMilliseconds: retryAfter(answer, clock),
  });
}

/** `Retry-After`, else `X-RateLimit-Reset` in epoch seconds. */
function retryAfter(answer: VendorAnswer, clock: Clock): number | undefined {
  const reset = answer.headers.get('x-ratelimit-reset')?.trim();
  const header = answer.headers.get('retry-after')?.trim();
  if (header) {
    return parseRetryAfter(header, clock);
  }
  return reset ? notNegative(Number(reset) * 1_000 - clock.now().getTime()) : undefined;
}

function notNegative(milliseconds: number): number | undefined {
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
