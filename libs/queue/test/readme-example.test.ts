import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { AuditTrail, OperationContext } from '@org/core';
import type { Database } from '@org/core/store';
import { Queue } from '@org/queue';
import { describe, expect, it } from 'vitest';

interface Surroundings {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly context: OperationContext;
  readonly order: object;
  readonly invoices: { create(order: object, transaction: OperationContext): Promise<string> };
  readonly mailer: {
    send(invoiceId: string, options: { readonly idempotencyKey: string }): Promise<void>;
  };
}

/** Never called: the types of this file are what is tested. */
async function readmeExample(surroundings: Surroundings): Promise<void> {
  const { database, audit, context, order, invoices, mailer } = surroundings;

  const queue = Queue.create({ database, audit, collectionName: 'billing_queue' });
  queue.handle<{ invoiceId: string }>({
    kind: 'invoice.send',
    handle: ({ invoiceId }, { rowId }) => mailer.send(invoiceId, { idempotencyKey: rowId }),
  });
  await queue.initialize();

  await database.withTransaction(context, async (transaction) => {
    const invoiceId = await invoices.create(order, transaction);
    await queue.add({ kind: 'invoice.send', payload: { invoiceId } }, transaction);
  });

  queue.start(); // in a worker
  await queue.stop();
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.replace(/^ *(?:\* )?/, '').trim() || []);
}

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, path), 'utf8');
}

describe(readmeExample, () => {
  const compiled = linesOf(read('readme-example.test.ts')).join('\n');

  it('is the one in the README', () => {
    const [, shown = ''] = /```ts\n([^]*?)```/.exec(read('../README.md')) ?? [];

    expect(shown).toContain('queue.handle');
    expect(compiled).toContain(linesOf(shown).join('\n'));
  });

  it('contains the one above the class', () => {
    const [, shown = ''] = /@example\n([^]*?)\*\//.exec(read('../src/queue.ts')) ?? [];

    expect(shown).toContain('queue.handle');
    expect(linesOf(shown).filter((line) => !compiled.includes(line))).toEqual([]);
  });
});
