import { WebhookBadRequestError, WebhookUrlNotPublicError } from '@org/webhook';
import { describe, expect, it } from 'vitest';

import { asOperator, openDesk } from './operator-desk.ts';

const id = '64b00000000000000000000a';
const endpoint = {
  id,
  url: 'https://example.org/hook',
  description: 'Billing',
  events: ['account.created', 'account.erased'],
  state: 'enabled',
  disabledReason: null,
  disabledAt: null,
  failingSince: null,
  previousSecretValidUntil: null,
};
const secret = 'whsec_c2VjcmV0';
const desk = await openDesk();

describe('org-admin webhooks', () => {
  it('lists endpoints, with what is wrong', async () => {
    const failingSince = new Date('2026-01-01T00:00:00.000Z');
    desk.webhooks.listEndpoints.mockResolvedValue([
      endpoint,
      { ...endpoint, failingSince },
      { ...endpoint, state: 'disabled', disabledReason: 'gone' },
    ]);

    const { output } = await desk.run('webhooks', 'list');

    const states = ['enabled', 'failing since 2026-01-01T00:00:00.000Z', 'disabled (gone)'];
    for (const [index, state] of states.entries()) {
      expect(output.split('\n')[index + 1]).toContain(`${id}  ${state}  `);
    }
    expect(output).toContain('account.created, account.erased  https://example.org/hook  Billing');
  });

  it('adds one, and shows its secret but does not record it', async () => {
    desk.webhooks.createEndpoint.mockResolvedValue({ endpoint, secret });

    const { output } = await desk.run(
      ...['webhooks', 'add', endpoint.url, '--event', ...endpoint.events],
      ...['--description', 'Billing'],
    );

    expect(output).toContain(
      `Endpoint ${id} is added. It may miss events of the next ten seconds.`,
    );
    expect(output).toContain(secret);
    const { url, events, description } = endpoint;
    expect(desk.webhooks.createEndpoint).toHaveBeenCalledWith(
      { url, events, description },
      asOperator,
    );
    expect(JSON.stringify(await desk.recorded())).not.toContain(secret);
  });

  it.each([['add'], ['update', id, '--url']])(
    'records no credentials of a URL: %s',
    async (...words) => {
      const url = 'https://grace:hopper@example.org/hook';
      await desk.run('webhooks', ...words, url, '--event', 'account.created');

      expect(JSON.stringify(await desk.recorded())).toContain('https://example.org/hook');
      expect(JSON.stringify(await desk.recorded())).not.toMatch(/grace|hopper/);
    },
  );

  it('adds none without events', async () => {
    const { exitCode, errors } = await desk.run('webhooks', 'add', endpoint.url);

    expect(exitCode).toBe(2);
    expect(errors).toContain('--event');
  });

  it('changes what is given', async () => {
    desk.webhooks.updateEndpoint.mockResolvedValue(endpoint);

    await desk.run('webhooks', 'update', id, '--url', endpoint.url, '--event', 'account.created');

    expect(desk.webhooks.updateEndpoint).toHaveBeenCalledWith(
      { endpointId: id, url: endpoint.url, events: ['account.created'] },
      asOperator,
    );
  });

  it.each([
    [['--event', 'account.created'], 'is changed. It may miss events of the next ten seconds.'],
    [['--description', 'Billing'], 'is changed.'],
  ])('tells what a change costs: %s', async (options, text) => {
    desk.webhooks.updateEndpoint.mockResolvedValue(endpoint);

    const { output } = await desk.run('webhooks', 'update', id, ...options);

    expect(output).toBe(`Endpoint ${id} ${text}\n`);
  });

  it('changes nothing without being told what', async () => {
    const { exitCode, errors } = await desk.run('webhooks', 'update', id);

    expect(exitCode).toBe(2);
    expect(errors).toBe('error: say what to change: --url, --event or --description\n');
    expect(desk.webhooks.updateEndpoint).not.toHaveBeenCalled();
  });

  it.each([
    [new WebhookUrlNotPublicError('not there'), true],
    [new WebhookBadRequestError('url must be an https URL'), false],
  ])('names the setting only where it would help: %s', async (refused, isNamed) => {
    desk.webhooks.createEndpoint.mockRejectedValue(refused);

    const { errors } = await desk.run('webhooks', 'add', endpoint.url, '--event', 'x');

    expect(errors.startsWith(refused.message)).toBe(true);
    expect(errors.includes('WEBHOOK_ALLOW_PRIVATE_ADDRESSES')).toBe(isNamed);
  });

  it.each([
    ['enable', 'enableEndpoint', 'is enabled. It may miss events of the next ten seconds'],
    ['disable', 'disableEndpoint', 'is disabled'],
    ['remove', 'deleteEndpoint', 'is removed'],
  ] as const)('has %s', async (command, method, text) => {
    expect((await desk.run('webhooks', command, id)).output).toBe(`Endpoint ${id} ${text}.\n`);
    expect(desk.webhooks[method]).toHaveBeenCalledWith({ endpointId: id }, asOperator);
    expect(await desk.recorded()).toMatchObject([{ resource_id: id }]);
  });

  it('rotates a secret, with or without an overlap', async () => {
    desk.webhooks.rotateSecret.mockResolvedValue({ endpoint, secret });

    expect((await desk.run('webhooks', 'rotate-secret', id)).output).toContain(secret);
    expect(desk.webhooks.rotateSecret).toHaveBeenLastCalledWith({ endpointId: id }, asOperator);
    expect(await desk.runForJson('webhooks', 'rotate-secret', id, '--now')).toEqual({
      endpoint,
      secret,
    });
    expect(desk.webhooks.rotateSecret).toHaveBeenLastCalledWith(
      { endpointId: id, overlapMilliseconds: 0 },
      asOperator,
    );
    expect(JSON.stringify(await desk.recorded())).not.toContain(secret);
  });

  it('sends a test, and a delivery again', async () => {
    desk.webhooks.sendTestEvent.mockResolvedValue({ deliveryId: id });

    expect(await desk.runForJson('webhooks', 'test', id)).toEqual({ deliveryId: id });
    expect(await desk.runForJson('webhooks', 'replay', id)).toEqual({ deliveryId: id });
    expect(desk.webhooks.replayDelivery).toHaveBeenCalledWith({ deliveryId: id }, asOperator);
  });

  it('lists what was sent, by pages', async () => {
    desk.webhooks.listDeliveries.mockResolvedValue({
      items: [
        {
          id,
          endpointId: id,
          event: 'account.created',
          status: 'queued',
          attempts: 2,
          lastStatus: 500,
          lastError: 'It answered 500.',
          createdAt: new Date('2026-01-01T00:00:00.000Z'),
          nextAttemptAt: new Date('2026-01-01T00:05:00.000Z'),
          finishedAt: null,
        },
      ],
      nextCursor: 'x',
    });

    const { output } = await desk.run('webhooks', 'deliveries', id, '--limit', '1');

    expect(output).toMatch(/account\.created +queued +2 +500 +2026-01-01T00:05:00\.000Z +It answ/);
    expect(output).toContain('--cursor x');
    expect(desk.webhooks.listDeliveries).toHaveBeenCalledWith(
      { endpointId: id, limit: 1 },
      asOperator,
    );
  });
});
