import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';

import { answerOf, api, onSessionChanged, type ApiError, type Operator } from './api.ts';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'out' }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'in'; readonly operator: Operator };

interface Session {
  readonly state: State;
  /** Whether the operator has a permission. */
  readonly can: (permission: string) => boolean;
  readonly reload: () => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const SessionContext = createContext<Session | undefined>(undefined);
const UNAUTHORIZED = 401;

/** Who operates this console, and what they may do. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const reload = useCallback(async () => setState(await readState()), []);
  useEffect(() => {
    onSessionChanged((accountId, { isFromOtherTab, isOtherAccount }) => {
      if (accountId === undefined) {
        setState({ kind: 'out' });
      } else if (isFromOtherTab || isOtherAccount) {
        location.reload();
      }
    });
    void reload();
  }, [reload]);
  const session = useMemo(
    () => ({
      state,
      can: (permission: string) => state.kind === 'in' && isGranted(state.operator, permission),
      reload,
      signOut: async () => {
        await api.signOut();
      },
    }),
    [state, reload],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) {
    throw new Error('There is no SessionProvider around this component.');
  }
  return session;
}

async function readState(): Promise<State> {
  let status = 0;
  const { data, error } = await answerOf(
    api.GET('/api/admin/me').then((answer) => {
      status = answer.response.status;
      return answer;
    }),
  );
  if (data !== undefined) {
    return { kind: 'in', operator: data };
  }
  return status === UNAUTHORIZED || error === undefined
    ? { kind: 'out' }
    : { kind: 'refused', error };
}

function isGranted({ permissions }: Operator, permission: string): boolean {
  return permissions.includes('*') || permissions.includes(permission);
}
