import type { Command } from 'commander';

import type {
  DeadDeliverySummary,
  FailingDeliverySummary,
  PageParams,
} from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { toCanonicalId } from '../option-parsers.ts';
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

const FAILING_COLUMNS: Columns<FailingDeliverySummary> = {
  ...COLUMNS,
  'NEXT ATTEMPT': ({ nextAttemptAt }) => nextAttemptAt.toISOString(),
};

export function addNotificationCommands(program: Command, perform: Perform): void {
  const notifications = program.command('notifications').description('Messages to accounts');

  addPageOptions(
    notifications.command('failing').description('Messages that failed and will be tried again'),
  ).action(async (page: PageParams, command: Command) => {
    await perform(
      command,
      { resourceType, parameters: { ...page } },
      async ({ deliveries }, context) =>
        pageResult(await deliveries.listFailingDeliveries(page, context), FAILING_COLUMNS),
    );
  });

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
    .action(async (id: string, _options: object, command: Command) => {
      const deliveryId = toCanonicalId(id);
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
