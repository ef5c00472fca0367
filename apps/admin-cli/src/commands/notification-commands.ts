import type { DeadDelivery, FailingDelivery } from '@org/notification';
import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult, type Columns } from '../output.ts';
import { performList, performOnId } from './add-command.ts';

const resourceType = 'notification_deliveries';

const COLUMNS: Columns<DeadDelivery | FailingDelivery> = {
  ID: ({ id }) => id,
  CREATED: ({ createdAt }) => createdAt.toISOString(),
  ACCOUNT: ({ accountId }) => accountId,
  CHANNEL: ({ channel }) => channel,
  TOPIC: ({ topic }) => topic,
  ATTEMPTS: ({ attempts }) => String(attempts),
  'LAST ERROR': ({ lastError }) => lastError,
};

const FAILING_COLUMNS: Columns<FailingDelivery> = {
  ...COLUMNS,
  'NEXT ATTEMPT': ({ nextAttemptAt }) => nextAttemptAt.toISOString(),
};

export function addNotificationCommands(program: Command, perform: Perform): void {
  const notifications = program.command('notifications').description('Messages to accounts');

  performList(
    notifications.command('failing').description('Messages that failed and will be tried again'),
    perform,
    {
      resourceType,
      columns: FAILING_COLUMNS,
      list: ({ deliveries }, page, context) => deliveries.listFailingDeliveries(page, context),
    },
  );
  performList(notifications.command('dead').description('Messages that were given up'), perform, {
    resourceType,
    columns: COLUMNS,
    list: ({ deliveries }, page, context) => deliveries.listDeadDeliveries(page, context),
  });
  const replay = notifications
    .command('replay <id>')
    .description('Send a message that was given up after all');
  performOnId(replay, perform, resourceType, async ({ deliveries }, deliveryId, context) => {
    await deliveries.replayDeadDelivery({ deliveryId }, context);
    return messageResult(`Message ${deliveryId} will be sent.`, { deliveryId });
  });
}
