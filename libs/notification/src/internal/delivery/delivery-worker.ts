import { randomUUID } from 'node:crypto';

import { OperationContext } from '@org/core';
import { MalformedDocumentError } from '@org/core/store';
import { MAXIMUM_UNFINISHED_ATTEMPTS, QueueWorker, retryDelay } from '@org/queue';

import { CHANNELS } from '../channels.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import type { NoticeQueue } from '../notice/notice-queue.ts';
import type { AttemptWriter } from './attempt-writer.ts';
import type { ChannelMonitor } from './channel-monitor.ts';
import type { DeliveryFailure, DeliveryOutcome } from './delivery-outcome.ts';
import type { DeliverySender } from './delivery-sender.ts';
import { convertDeliveryBsonToLeasedDelivery, type LeasedDelivery } from './delivery-util.ts';
import { OutagePolicy } from './outage-policy.ts';
import type { DeliveryDocument } from './store/delivery-model.ts';
import { DeliveryRepository } from './store/delivery-repository.ts';

export interface DeliveryWorkerDependencies extends ModuleDependencies {
  readonly sender: DeliverySender;
  readonly attempts: AttemptWriter;
  readonly notices: Pick<NoticeQueue, 'admit'>;
  /** Outlives the worker, so that it remembers what it has reported. */
  readonly monitor: ChannelMonitor;
  readonly onError: (error: unknown) => void;
}

/**
 * A worker for the messages of all channels. Each has slots of its own, so that one vendor's outage
 * delays only its channel.
 */
export function createDeliveryWorker(
  dependencies: DeliveryWorkerDependencies,
): QueueWorker<DeliveryDocument> {
  const { attempts, clock, monitor, settings, onError } = dependencies;
  const outages = new Map(CHANNELS.map((channel) => [channel, new OutagePolicy(clock)]));
  return new QueueWorker({
    ...settings,
    repository: new DeliveryRepository(dependencies, false),
    kinds: CHANNELS.map((name) => ({
      name,
      concurrency: settings.deliveryConcurrency,
      reservedConcurrency: settings.reservedConcurrency,
      mayStart: (inFlight) => outages.get(name)?.allows(inFlight) ?? true,
    })),
    handle: async (row, signal) => {
      const context = contextOf(String(row._id));
      const delivery = await read(row, attempts, context);
      if (delivery === undefined) {
        return;
      }
      if (delivery.attempts > MAXIMUM_UNFINISHED_ATTEMPTS) {
        const lastError = 'The worker did not survive sending it.';
        await attempts.finishDelivery(delivery, { status: 'dead', lastError }, context);
        return;
      }
      if (!(await dependencies.notices.admit(delivery, context))) {
        return;
      }
      const outcome = await dependencies.sender.sendDelivery(delivery, signal, context);
      outages.get(delivery.channel)?.observe(outcome);
      monitor.observe(delivery, outcome);
      if (outcome.kind === 'failed') {
        dependencies.database.tracing.fail('DeliveryFailed');
      }
      await conclude(delivery, outcome, { attempts, clock, settings, signal, context });
    },
    workerId: randomUUID(),
    clock,
    onPoll: async (context) => {
      monitor.reportDue();
      await attempts.expireDeliveries(context);
    },
    onError,
  });
}

/** `undefined` if it cannot be read; it is a dead letter then. */
async function read(
  row: DeliveryDocument,
  attempts: AttemptWriter,
  context: OperationContext,
): Promise<LeasedDelivery | undefined> {
  try {
    return convertDeliveryBsonToLeasedDelivery(row);
  } catch (error) {
    if (!(error instanceof MalformedDocumentError)) {
      throw error;
    }
    await attempts.buryDelivery(row, error, context);
    return undefined;
  }
}

interface Conclusion extends Pick<ModuleDependencies, 'clock' | 'settings'> {
  readonly attempts: AttemptWriter;
  readonly signal: AbortSignal;
  readonly context: OperationContext;
}

async function conclude(
  delivery: LeasedDelivery,
  outcome: DeliveryOutcome,
  conclusion: Conclusion,
): Promise<void> {
  const { attempts, context } = conclusion;
  switch (outcome.kind) {
    case 'sent': {
      const { providerMessageId, lastError } = outcome;
      const result = { status: 'sent', providerMessageId, lastError } as const;
      return attempts.finishDelivery(delivery, result, context);
    }
    case 'suppressed':
    case 'expired': {
      const result = { status: outcome.kind, lastError: outcome.reason };
      return attempts.finishDelivery(delivery, result, context);
    }
    case 'failed':
      return concludeFailure(delivery, outcome, conclusion);
  }
}

async function concludeFailure(
  delivery: LeasedDelivery,
  failure: DeliveryFailure,
  { attempts, clock, settings, signal, context }: Conclusion,
): Promise<void> {
  const { reason: lastError, retryable, retryAfterMilliseconds, deliveredTo = [] } = failure;
  if (retryable && signal.aborted) {
    return attempts.releaseDelivery(delivery, { deliveredTo }, context);
  }
  if (!retryable || delivery.attempts >= settings.maximumAttempts) {
    const result = { status: 'dead', lastError, deliveredTo } as const;
    return attempts.finishDelivery(delivery, result, context);
  }
  const delayMilliseconds = retryDelay(
    delivery.attempts,
    {
      baseMilliseconds: settings.retryBaseDelayMilliseconds,
      maximumMilliseconds: settings.retryMaximumDelayMilliseconds,
    },
    {
      retryAfterMilliseconds,
      lifeMilliseconds: delivery.expiresAt.getTime() - clock.now().getTime(),
    },
  );
  return attempts.retryDelivery(delivery, { delayMilliseconds, lastError, deliveredTo }, context);
}

function contextOf(requestId: string): OperationContext {
  return OperationContext.create({ actor: { type: 'worker', id: 'notification' }, requestId });
}
