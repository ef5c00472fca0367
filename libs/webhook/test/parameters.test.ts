import { findTakenParameters } from '@org/core/testing';
import { WebhookService } from '@org/webhook';
import { describe, expect, it } from 'vitest';

import { context, WebhookTestBed } from './services.ts';

describe(WebhookService, () => {
  it('takes no wrong parameters', async () => {
    const { webhooks, endpoints } = await WebhookTestBed.create({
      maximumEndpoints: 10_000,
      deliveryConcurrency: 10_001,
    });
    const url = 'http://127.0.0.1:9/';
    const fields = { url, events: ['invoice.paid'], description: 'Ours' };
    const { endpoint } = await webhooks.createEndpoint(fields, context);
    const byId = { endpointId: endpoint.id };
    const [stored] = await endpoints.find().toArray();
    const unknown = { endpointId: '64b00000000000000000000a' };

    const taken = await findTakenParameters(webhooks, {
      code: /^WEBHOOK_ERR_02$/,
      trusted: [context],
      notCalled: {
        initialize: 'takes nothing',
        listEndpoints: 'takes nothing',
        getStatistics: 'takes nothing',
        start: 'takes nothing',
        stop: 'takes nothing',
        drain: 'takes nothing',
      },
      calls: {
        createEndpoint: [fields, context],
        getEndpointById: [byId, context],
        updateEndpoint: [{ ...byId, ...fields }, context],
        enableEndpoint: [byId, context],
        disableEndpoint: [unknown, context],
        deleteEndpoint: [unknown, context],
        rotateSecret: [{ ...byId, overlapMilliseconds: 1 }, context],
        sendTestEvent: [byId, context],
        listDeliveries: [{ ...byId, limit: 1, cursor: stored!._id.toHexString() }, context],
        replayDelivery: [{ deliveryId: '64b00000000000000000000a' }, context],
      },
    });

    expect(taken).toEqual([]);
  });
});
