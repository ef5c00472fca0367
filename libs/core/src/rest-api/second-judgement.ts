import type { FastifyRequest } from 'fastify';

import { RequestSlot } from './request-slot.ts';

type Judgement = () => Promise<void>;

const judgements = new RequestSlot<readonly Judgement[]>();

/**
 * Called by a guard that lets a request pass before it has fully arrived: sets what must still hold
 * for the sender once the body has arrived, and while a long answer is sent, besides what others set.
 *
 * @param judge throws once it no longer holds
 */
export function judgeAgainLater(request: FastifyRequest, judge: Judgement): void {
  judgements.set(request, [...(judgements.get(request) ?? []), judge]);
}

/** Repeats the checks that guards have set, in their order. */
export async function judgeAgain(request: FastifyRequest): Promise<void> {
  for (const judge of judgements.get(request) ?? []) {
    await judge();
  }
}
