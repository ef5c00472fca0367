import { randomBytes } from 'node:crypto';

import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { Receiver, type Reply } from './receiver.ts';
import { context, WebhookTestBed } from './services.ts';

let bed: WebhookTestBed;
let receiver: Receiver;

beforeEach(async () => {
  bed = await WebhookTestBed.create();
  receiver = await Receiver.start();
});

/** Copies of a waiting delivery, as another program might leave them; all due before it. */
async function insertOdd(fields: readonly object[]): Promise<void> {
  await bed.pay('i1');
  const delivery = await bed.deliveries.findOne();
  const due = { next_attempt_at: new Date(0) };
  await bed.deliveries.insertMany(
    fields.map((odd) => ({ ...delivery, _id: new ObjectId(), ...due, ...odd })),
    { bypassDocumentValidation: true },
  );
}

describe('a delivery that another program left malformed', () => {
  it('is in nobody’s way, however many there are', async () => {
    await bed.addEndpoint(receiver.url);
    await insertOdd(Array.from({ length: 150 }, () => ({ attempts: 'x' })));

    await bed.webhooks.drain();

    expect(receiver.received).toHaveLength(1);
  });

  it('is sent even if its id is no ObjectId', async () => {
    await bed.addEndpoint(receiver.url);
    await insertOdd([{ _id: 'text' }]);

    await bed.webhooks.drain();

    expect(receiver.received).toHaveLength(2);
    expect(bed.errors).toEqual([]);
    expect(await bed.deliveries.countDocuments({ status: 'delivered' })).toBe(2);
  });
});

describe('an endpoint whose secret cannot be decrypted', () => {
  it('fails like one that cannot be reached, until it gets a new one', async () => {
    const { id: endpointId } = await bed.addEndpoint(receiver.url);
    await bed.endpoints.updateOne({}, { $set: { encrypted_secrets: randomBytes(60) } });
    await bed.pay('i1');

    await bed.webhooks.drain();

    expect(bed.errors).toEqual([]);
    expect(await bed.log(endpointId)).toMatchObject([
      { status: 'queued', lastError: expect.stringContaining('SECRET_KEY') },
    ]);
    expect(await bed.webhooks.getEndpointById({ endpointId }, context)).toMatchObject({
      failingSince: bed.clock.now(),
    });
    await bed.webhooks.rotateSecret({ endpointId, overlapMilliseconds: 0 }, context);
    await bed.sendFor(60_000);
    expect(await bed.log(endpointId)).toMatchObject([{ status: 'delivered' }]);
  });
});

describe('an endpoint that is removed while something is sent to it', () => {
  it('leaves nothing that waits', async () => {
    const { id: endpointId } = await bed.addEndpoint(receiver.url);
    let answer: (reply: Reply) => void = () => {};
    receiver.reply = new Promise((resolve) => (answer = resolve));
    await bed.pay('i1');
    const sending = bed.webhooks.drain();
    await expect.poll(() => receiver.received).toHaveLength(1);

    await bed.webhooks.deleteEndpoint({ endpointId }, context);
    answer({ status: 500 });
    await sending;

    expect(await bed.deliveries.findOne()).toMatchObject({
      status: 'failed',
      leased_until: null,
      last_error: 'The endpoint was deleted.',
    });
  });
});

it('slots are more than endpoints', async () => {
  await expect(WebhookTestBed.create({ deliveryConcurrency: 200 })).rejects.toThrow(RangeError);
});
