import type { Command } from 'commander';

import type { DeadDeliverySummary, PageParams } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { messageResult, pageResult, type Columns } from '../output.ts';
import { addPageOptions } from './page-options.ts';

const resourceType = 'notification_deliveries';

const COLUMNS: Columns<DeadDeliverySummary> = {
  ID: ({ id }) => id,
  CREATED: ({ createdAt }) => createdAt.toISOString(),
  ACCOUNT: ({ accountId }) => accountId,
  CHANNEL: ({ channel }) => channel,
  TOPIC: ({ topic }) => topic,
  ATTEMPTS: ({ attempts }) => String(attempts),
  'LAST ERROR': ({ lastError }) => lastError,
};

export function addNotificationCommands(program: Command, perform: Perform): void {
  const notifications = program.command('notifications').description('Messages to accounts');

  addPageOptions(notifications.command('dead').description('Messages that were given up')).action(
    async (page: PageParams, command: Command) => {
      await perform(
        command,
        { resourceType, parameters: { ...page } },
        async ({ deliveries }, context) =>
          pageResult(await deliveries.listDeadDeliveries(page, context), COLUMNS),
      );
    },
  );

  notifications
    .command('replay <id>')
    .description('Send a message that was given up after all')
    .action(async (deliveryId: string, _options: object, command: Command) => {
      await perform(
        command,
        { resourceType, resourceId: deliveryId },
        async ({ deliveries }, context) => {
          await deliveries.replayDeadDelivery({ deliveryId }, context);
          return messageResult(`Message ${deliveryId} will be sent.`, { deliveryId });
        },
      );
    });
}
