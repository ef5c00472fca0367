import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';

import { answerOf, type Answer, type ApiError } from '../api.ts';
import { Button } from './fields.tsx';
import { returnToPlace } from './focus.ts';
import { Failure, Loading } from './page.tsx';
import { Table, type Column } from './table.tsx';

interface Slice<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface List<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

const NOTHING = { items: [], cursor: null, error: undefined, isLoading: true };

/**
 * A list of the API, part by part.
 *
 * @param load must be the same function as long as the list is the same (`useCallback`)
 */
export function useList<T>(
  load: (query: { cursor?: string }) => Promise<Answer<Slice<T>>>,
): List<T> {
  const [state, setState] = useState<Omit<List<T>, 'loadMore' | 'reload'>>(NOTHING);
  const latest = useRef(0);
  const read = useCallback(
    async (cursor: string | null, before: readonly T[]) => {
      const mine = ++latest.current;
      const { data, error } = await answerOf(load(cursor === null ? {} : { cursor }));
      if (mine === latest.current) {
        const items = [...before, ...(data?.items ?? [])];
        const next = data === undefined ? cursor : (data.next_cursor ?? null);
        setState({ items, cursor: next, error, isLoading: false });
      }
    },
    [load],
  );
  useEffect(() => {
    setState(NOTHING);
    void read(null, []);
  }, [read]);
  useEffect(returnToPlace, [state]);
  const { items, cursor } = state;
  return {
    ...state,
    loadMore: () => void read(cursor, items),
    reload: () => void read(null, []),
  };
}

interface ListTableProps<T> {
  readonly list: List<T>;
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly empty: string;
}

export function ListTable<T extends object>(props: ListTableProps<T>): ReactNode {
  const { list, ...table } = props;
  const { items, cursor, error, isLoading, loadMore, reload } = list;
  if (isLoading) {
    return <Loading />;
  }
  return (
    <>
      {(error === undefined || items.length > 0) && <Table {...table} items={items} />}
      <Failure error={error} onRetry={items.length > 0 ? loadMore : reload} />
      {error === undefined && cursor !== null && <Button onPress={loadMore}>Show more</Button>}
    </>
  );
}
