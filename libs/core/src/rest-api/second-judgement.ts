import type { FastifyRequest } from 'fastify';

type Judgement = () => Promise<void>;

// Beside the request, as its context is.
const judgements = new WeakMap<FastifyRequest, Judgement>();

/**
 * Called by a guard that lets a request pass before all of it is there: what has to hold of the sender
 * still when the body has come, and while a long answer is sent.
 *
 * @param judge throws when it no longer holds
 */
export function judgeAgainLater(request: FastifyRequest, judge: Judgement): void {
  judgements.set(request, judge);
}

/** Asks again. Without a guard that wants it, nothing is asked. */
export async function judgeAgain(request: FastifyRequest): Promise<void> {
  await judgements.get(request)?.();
}
