import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { SecretKey } from '@org/core';
import {
  createThrowawayDatabase,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { NotificationService } from '@org/notification';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

import { sendOtp } from '../services.ts';

const MESSAGES = 20;
const KILLS = 5;

const secret = randomBytes(32);
const events = new EventEmitter();
/** Delivery ids in the order in which the vendor took them. */
const taken: string[] = [];
let throwaway: ThrowawayDatabase;
let notification: NotificationService;
let vendor: Server;
let worker: ChildProcess;
/** Answers nothing: the kill comes first. */
let isHoldingBack = true;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  notification = NotificationService.create({
    database: throwaway.database,
    audit: new RecordingAuditTrail(),
    secretKey: SecretKey.create({ current: secret }),
  });
  await notification.initialize();
  vendor = createServer((request, response) => {
    taken.push(String(request.headers['idempotency-key']));
    if (isHoldingBack) {
      events.emit('taken');
    } else {
      response.end();
    }
  }).listen(0, '127.0.0.1');
  await once(vendor, 'listening');
});
afterAll(async () => {
  worker.kill('SIGKILL');
  vendor.closeAllConnections();
  vendor.close();
  await throwaway.remove();
});

function startWorker(): ChildProcess {
  const { port } = vendor.address() as AddressInfo;
  const program = join(import.meta.dirname, '../programs/run-delivery-worker.ts');
  return spawn(
    process.execPath,
    [
      '--conditions=@org/source',
      program,
      inject('mongodbUri'),
      throwaway.databaseName,
      secret.toString('base64'),
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

it('a worker killed while it sends loses nothing and doubles at most one message a kill', async () => {
  const sent = await Promise.all(Array.from({ length: MESSAGES }, () => sendOtp(notification)));

  for (let kill = 0; kill < KILLS; kill += 1) {
    const isTaken = once(events, 'taken');
    worker = startWorker();
    await isTaken;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  isHoldingBack = false;
  worker = startWorker();
  const deliveries = throwaway.database.collection('notification_deliveries');
  await expect.poll(() => deliveries.countDocuments({ status: 'sent' })).toBe(MESSAGES);

  expect(new Set(taken)).toEqual(new Set(sent.map(({ deliveryId }) => deliveryId)));
  expect(taken.length).toBeLessThanOrEqual(MESSAGES + KILLS);
});
