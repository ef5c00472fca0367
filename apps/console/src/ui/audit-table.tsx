import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { AuditRecord } from '../api.ts';
import { Table, type Column } from './table.tsx';
import { AccountLink, Badge, Time } from './values.tsx';

export const AUDIT_COLUMNS: readonly Column<AuditRecord>[] = [
  { title: 'When', cell: ({ timestamp }) => <Time at={timestamp} /> },
  {
    title: 'Who',
    cell: ({ actor_type, actor_id }) =>
      actor_type === 'account' ? (
        <AccountLink id={actor_id} />
      ) : (
        <span className="id">
          {actor_type} {actor_id}
        </span>
      ),
  },
  {
    title: 'What',
    cell: (record) => (
      <>
        {nameOf(record)} {record.count > 1 && <span className="muted">× {record.count}</span>}
      </>
    ),
  },
  {
    title: 'Of',
    cell: ({ resource_type, resource_id }) => (
      <>
        {resource_type} <span className="id">{resource_id}</span>
      </>
    ),
  },
  { title: 'Outcome', cell: ({ outcome }) => <Badge value={outcome} /> },
  { title: 'Reason and changes', cell: ({ changes }) => <Changes changes={changes} /> },
];

interface AuditTableProps {
  readonly items: readonly AuditRecord[];
  readonly hasLink: boolean;
  readonly accountId: string;
}

export function AuditTable({ items, hasLink, accountId }: AuditTableProps): ReactNode {
  return (
    <>
      <Table label="Audit records" columns={AUDIT_COLUMNS} items={items} empty="None yet." />
      {hasLink && (
        <Link href={`/audit?by=account&id=${accountId}`}>All records of this account</Link>
      )}
    </>
  );
}

function nameOf({ action, changes }: AuditRecord): string {
  const operation = newOf(changes['operation']);
  return operation === undefined ? action : `${action}: ${textOf(operation)}`;
}

function Changes({ changes }: { readonly changes: AuditRecord['changes'] }): ReactNode {
  const others = Object.entries(changes).filter(
    ([name]) => !['operation', 'reason'].includes(name),
  );
  const reason = newOf(changes['reason']);
  return (
    <>
      {reason !== undefined && <p className="reason">{textOf(reason)}</p>}
      {others.length > 0 && (
        <details>
          <summary>{others.length === 1 ? 'One value' : `${others.length} values`}</summary>
          <dl className="facts small">
            {others.map(([name, value]) => [
              <dt key={name}>{name}</dt>,
              <dd key={`${name} value`}>{JSON.stringify(value)}</dd>,
            ])}
          </dl>
        </details>
      )}
      {reason === undefined && others.length === 0 && <span className="muted">–</span>}
    </>
  );
}

function newOf(change: unknown): unknown {
  return typeof change === 'object' && change !== null && 'new' in change ? change.new : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
