import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';

import { answerOf, type Answer, type ApiError } from '../api.ts';
import { Button } from './fields.tsx';
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
    async (cursor: string | undefined, before: readonly T[]) => {
      const mine = ++latest.current;
      const { data, error } = await answerOf(load(cursor === undefined ? {} : { cursor }));
      if (mine === latest.current) {
        const items = [...before, ...(data?.items ?? [])];
        setState({ items, cursor: data?.next_cursor ?? null, error, isLoading: false });
      }
    },
    [load],
  );
  useEffect(() => {
    setState(NOTHING);
    void read(undefined, []);
  }, [read]);
  const { items, cursor } = state;
  return {
    ...state,
    loadMore: () => void read(cursor ?? undefined, items),
    reload: () => void read(undefined, []),
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
  if (list.isLoading) {
    return <Loading />;
  }
  return (
    <>
      <Failure error={list.error} />
      {list.error === undefined && <Table {...table} items={list.items} />}
      {list.cursor !== null && <Button onPress={list.loadMore}>Show more</Button>}
    </>
  );
}
