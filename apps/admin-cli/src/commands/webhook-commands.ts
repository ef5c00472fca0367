import { toCanonicalId, withoutCredentials } from '@org/core';
import type { WebhookDelivery, WebhookEndpoint } from '@org/webhook';
import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult, pageResult, type Columns } from '../output.ts';
import { addPageOptions, addReason, performOnId } from './add-command.ts';
import type { PageParams } from '../command-services.ts';
import { explainRefusedUrl } from '../webhook-url.ts';

const resourceType = 'webhook_endpoints';

const ENDPOINT_COLUMNS: Columns<WebhookEndpoint> = {
  ID: ({ id }) => id,
  STATE: stateOf,
  EVENTS: ({ events }) => events.join(', '),
  URL: ({ url }) => url,
  DESCRIPTION: ({ description }) => description,
};

const DELIVERY_COLUMNS: Columns<WebhookDelivery> = {
  ID: ({ id }) => id,
  CREATED: ({ createdAt }) => createdAt.toISOString(),
  EVENT: ({ event }) => event,
  STATUS: ({ status }) => status,
  ATTEMPTS: ({ attempts }) => String(attempts),
  ANSWER: ({ lastStatus }) => String(lastStatus ?? ''),
  'NEXT ATTEMPT': ({ nextAttemptAt }) => nextAttemptAt?.toISOString() ?? '',
  'LAST ERROR': ({ lastError }) => lastError ?? '',
};

/** The program's processes read the subscriptions again within this time. */
const NOT_AT_ONCE = 'It may miss events of the next ten seconds.';

interface EndpointOptions {
  readonly url?: string;
  readonly event?: readonly string[];
  readonly description?: string;
}

interface RotateOptions {
  readonly now?: boolean;
}

export function addWebhookCommands(program: Command, perform: Perform): void {
  const webhooks = program.command('webhooks').description('Endpoints of other systems');
  addReadingCommands(webhooks, perform);
  addEditingCommands(webhooks, perform);
  addSecretCommand(webhooks, perform);
  addStateCommands(webhooks, perform);
}

function addReadingCommands(webhooks: Command, perform: Perform): void {
  webhooks
    .command('list')
    .description('All endpoints')
    .action(async (_options: object, command: Command) => {
      await perform(command, { resourceType }, async ({ webhooks: service }, context) => {
        const items = await service.listEndpoints(context);
        return pageResult({ items, nextCursor: null }, ENDPOINT_COLUMNS);
      });
    });
  const deliveries = webhooks
    .command('deliveries <id>')
    .description('What was sent to an endpoint');
  addPageOptions(deliveries).action(async (id: string, page: PageParams, command: Command) => {
    const endpointId = toCanonicalId(id);
    const subject = { resourceType, resourceId: endpointId, parameters: { ...page } };
    await perform(command, subject, async ({ webhooks: service }, context) =>
      pageResult(await service.listDeliveries({ endpointId, ...page }, context), DELIVERY_COLUMNS),
    );
  });
}

function addEditingCommands(webhooks: Command, perform: Perform): void {
  addReason(
    webhooks.command('add <url>').description('Send events to a URL; shows the secret, once'),
  )
    .requiredOption('--event <names...>', 'the events that it gets')
    .option('--description <text>', 'for the list')
    .action(async (url: string, { event, description }: EndpointOptions, command: Command) => {
      const params = { url, events: event ?? [], description };
      const subject = { resourceType, parameters: { ...params, url: withoutCredentials(url) } };
      await perform(command, subject, async ({ webhooks: service }, context) => {
        const created = await service.createEndpoint(params, context).catch(explainRefusedUrl);
        return secretResult(`Endpoint ${created.endpoint.id} is added. ${NOT_AT_ONCE}`, created);
      });
    });
  addReason(webhooks.command('update <id>').description('Change what is given'))
    .option('--url <url>', 'where it is')
    .option('--event <names...>', 'the events that it gets, in place of those of before')
    .option('--description <text>', 'for the list')
    .action(async (id: string, options: EndpointOptions, command: Command) => {
      const endpointId = toCanonicalId(id);
      const { url, event: events, description } = options;
      const changes = { url, events, description };
      if (Object.values(changes).every((change) => change === undefined)) {
        command.error('error: say what to change: --url, --event or --description');
      }
      const subject = {
        resourceType,
        resourceId: endpointId,
        parameters: { ...changes, ...(url === undefined ? {} : { url: withoutCredentials(url) }) },
      };
      await perform(command, subject, async ({ webhooks: service }, context) => {
        const endpoint = await service
          .updateEndpoint({ endpointId, ...changes }, context)
          .catch(explainRefusedUrl);
        const text = `Endpoint ${endpointId} is changed.${events === undefined ? '' : ` ${NOT_AT_ONCE}`}`;
        return messageResult(text, { endpoint });
      });
    });
}

function addSecretCommand(webhooks: Command, perform: Perform): void {
  const rotate = webhooks
    .command('rotate-secret <id>')
    .description('Make a new secret, and show it once; the one of before stays valid for a day');
  addReason(rotate)
    .option('--now', 'end the one of before at once, because it leaked')
    .action(async (id: string, { now = false }: RotateOptions, command: Command) => {
      const endpointId = toCanonicalId(id);
      const subject = { resourceType, resourceId: endpointId, parameters: { now } };
      await perform(command, subject, async ({ webhooks: service }, context) => {
        const overlap = now ? { overlapMilliseconds: 0 } : {};
        const rotated = await service.rotateSecret({ endpointId, ...overlap }, context);
        return secretResult(`Endpoint ${endpointId} has a new secret.`, rotated);
      });
    });
}

function addStateCommands(webhooks: Command, perform: Perform): void {
  const enable = webhooks.command('enable <id>').description('Send to an endpoint again');
  performOnId(enable, perform, resourceType, async ({ webhooks: service }, endpointId, context) => {
    await service.enableEndpoint({ endpointId }, context);
    return messageResult(`Endpoint ${endpointId} is enabled. ${NOT_AT_ONCE}`, { endpointId });
  });
  const disable = webhooks.command('disable <id>').description('Send nothing to an endpoint');
  performOnId(
    disable,
    perform,
    resourceType,
    async ({ webhooks: service }, endpointId, context) => {
      await service.disableEndpoint({ endpointId }, context);
      return messageResult(`Endpoint ${endpointId} is disabled.`, { endpointId });
    },
  );
  const remove = webhooks.command('remove <id>').description('Remove an endpoint for good');
  performOnId(remove, perform, resourceType, async ({ webhooks: service }, endpointId, context) => {
    await service.deleteEndpoint({ endpointId }, context);
    return messageResult(`Endpoint ${endpointId} is removed.`, { endpointId });
  });
  const test = webhooks.command('test <id>').description('Send a webhook.test to an endpoint');
  performOnId(test, perform, resourceType, async ({ webhooks: service }, endpointId, context) => {
    const { deliveryId } = await service.sendTestEvent({ endpointId }, context);
    return messageResult(`Delivery ${deliveryId} will be sent.`, { deliveryId });
  });
  const replay = webhooks.command('replay <id>').description('Send a delivery that ended again');
  const deliveries = 'webhook_deliveries';
  performOnId(replay, perform, deliveries, async ({ webhooks: service }, deliveryId, context) => {
    await service.replayDelivery({ deliveryId }, context);
    return messageResult(`Delivery ${deliveryId} will be sent again.`, { deliveryId });
  });
}

/** The one place that shows a secret. */
function secretResult(
  text: string,
  shown: { readonly endpoint: WebhookEndpoint; readonly secret: string },
) {
  return messageResult(`${text} Its secret, which is not shown again:\n${shown.secret}`, shown);
}

function stateOf({ state, disabledReason, failingSince }: WebhookEndpoint): string {
  if (state === 'disabled') {
    return `disabled (${disabledReason ?? 'operator'})`;
  }
  return failingSince === null ? state : `failing since ${failingSince.toISOString()}`;
}
