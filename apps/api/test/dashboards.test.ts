import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { MalformedDocumentError } from '@org/core/store';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';

import { composeProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { Metrics as ProgramMetrics } from '../src/metrics.ts';
import { findProblems, readMetrics, type Metrics } from './promql.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
}

const openapi = JSON.parse(read('apps/api/src/openapi.json')) as { paths: object };

const { groups } = parse(read('deploy/prometheus/alerts.yaml')) as {
  groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/dashboard.json')) as {
  panels: readonly Panel[];
  templating: { list: readonly { query: string | { query: string } }[] };
};
const targets = dashboard.panels.flatMap(({ title, targets: each = [] }) =>
  each.map((target) => ({ title, ...target })),
);
const queries = [...rules, ...targets].map(({ expr }) => expr);

let throwaway: ThrowawayDatabase;
let metrics: Metrics;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  metrics = readMetrics(await exposeEverything(throwaway));
});
afterAll(() => throwaway.remove());

/** What the program shows when there is something of everything. */
async function exposeEverything({ database }: ThrowawayDatabase): Promise<string> {
  const config = readConfig({});
  const backend = composeProgramBackend({ config, database, secretKey: randomBytes(32) });
  const program = ProgramMetrics.create({ database, backend });
  const app = fastify();
  program.observe(app);
  app.get('/', async () => 'here');
  await app.inject('/');
  database.reportMalformedDocument(new MalformedDocumentError('tasks', 'odd', 'not an id'));
  const row = { kind: 'billing.thank', status: 'queued', next_attempt_at: new Date() };
  await database.collection('event_deliveries').insertOne(row);
  await database.collection('accounts').insertOne({});
  return program.collect();
}

describe('alerts and dashboard', () => {
  it.each(rules.map(({ alert, expr }) => [alert, expr]))('%s asks what there is', (_name, expr) => {
    expect(findProblems(expr, metrics)).toEqual([]);
  });

  it.each(targets.map(({ title, expr }) => [title, expr]))(
    '“%s” shows what there is',
    (_, expr) => {
      expect(findProblems(expr, metrics)).toEqual([]);
    },
  );

  it('ask about routes that there are', () => {
    const paths = Object.keys(openapi.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    const asked = queries.flatMap((query) => query.match(/(?<=route=")[^"]+/g) ?? []);

    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((route) => !paths.includes(route))).toEqual([]);
  });

  it('name labels that the query leaves', () => {
    const named = [
      ...rules.map(({ expr, annotations }) => ({ expr, text: annotations.summary })),
      ...targets.map(({ expr, legendFormat }) => ({ expr, text: legendFormat })),
    ].map(({ expr, text }) => ({
      labels: text.match(/(?<=\$labels\.|\{\{)[a-z_]+(?=[ }])/g) ?? [],
      kept: /\bby \(([^)]+)\)/.exec(expr)?.[1]?.split(', '),
    }));

    // Without an aggregation, every label is left.
    const lost = named.flatMap(({ labels, kept = labels }) =>
      labels.filter((label) => !kept.includes(label)),
    );
    expect(lost).toEqual([]);
  });

  it('show every metric of the program itself', () => {
    const names = [...metrics.keys()].filter(
      (name) => !/^(nodejs|process|up)/.test(name) && !/_(bucket|sum)$/.test(name),
    );

    const shown = targets.map(({ expr }) => expr).join('\n');
    expect(names.filter((name) => !shown.includes(name))).toEqual([]);
  });

  it.each([
    ['max(jobs_oldest_waiting)', 'no metric jobs_oldest_waiting'],
    ['max(jobs{status="dead"})', 'jobs has no label status'],
    ['max by (queue) (jobs)', 'no metric here has a label queue'],
    ['max(jobs', 'syntax at 8'],
  ])('would be refused with %j', (query, problem) => {
    expect(findProblems(query, metrics)).toContain(problem);
  });
});
