import type { ReactNode } from 'react';

export interface Column<T> {
  readonly title: string;
  readonly cell: (item: T) => ReactNode;
}

interface TableProps<T> {
  /** What the table lists, for who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly empty: string;
}

/** A table; on narrow screens, each row is a list of its cells with their titles. */
export function Table<T extends object>(props: TableProps<T>): ReactNode {
  const { label, columns, items, empty } = props;
  if (items.length === 0) {
    return <p className="muted">{empty}</p>;
  }
  const [first, ...others] = columns;
  return (
    <table aria-label={label} role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title }) => (
            <th key={title} scope="col" role="columnheader">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item, index) => (
          <tr key={'id' in item ? String(item.id) : index} role="row">
            <th scope="row" role="rowheader" data-title={first?.title}>
              <div>{first?.cell(item)}</div>
            </th>
            {others.map(({ title, cell }) => (
              <td key={title} role="cell" data-title={title}>
                <div>{cell(item)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
