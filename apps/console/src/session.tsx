import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';

import { answerOf, api, listenToSession, type ApiError, type Operator } from './api.ts';
import { useAnnounce } from './ui/announcer.tsx';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'out' }
  | { readonly kind: 'refused'; readonly error: ApiError; readonly isForbidden: boolean }
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
const FORBIDDEN = 403;

/** Who operates this console, and what they may do. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const announce = useAnnounce();
  const isIn = useRef(false);
  useEffect(() => {
    isIn.current = state.kind === 'in';
  }, [state]);
  const reload = useCallback(async () => setState(await readState()), []);
  useEffect(() => {
    const leave = (said: string): void => {
      setState({ kind: 'out' });
      if (isIn.current) {
        announce(said);
      }
    };
    listenToSession({
      onChanged: (accountId, { isFromOtherTab, isOtherAccount }) => {
        if (accountId === undefined) {
          leave('You are logged out.');
        } else if (isFromOtherTab || isOtherAccount) {
          location.reload();
        }
      },
      onExpired: () => leave('Your session has ended. Log in again to go on.'),
      onRefused: () => void reload().then(() => announce('Your permissions have changed.')),
    });
    void reload();
  }, [reload, announce]);
  const session = useMemo(
    () => ({
      state,
      can: (permission: string) => state.kind === 'in' && isGranted(state.operator, permission),
      reload,
      signOut: async () => {
        if (!(await api.signOut())) {
          announce('You are still logged in: the server cannot be reached. Try again.');
        }
      },
    }),
    [state, reload, announce],
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
  const { data, error, response } = await answerOf(api.GET('/api/admin/me'));
  if (data !== undefined) {
    return { kind: 'in', operator: data };
  }
  return response?.status === UNAUTHORIZED || error === undefined
    ? { kind: 'out' }
    : { kind: 'refused', error, isForbidden: response?.status === FORBIDDEN };
}

function isGranted({ permissions }: Operator, permission: string): boolean {
  return permissions.includes('*') || permissions.includes(permission);
}
