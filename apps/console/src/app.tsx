import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';

import { ChangeProvider } from './changes/change.tsx';
import { LogIn, Refused } from './log-in.tsx';
import { useSession } from './session.tsx';
import { Boundary } from './ui/boundary.tsx';
import { Button } from './ui/fields.tsx';
import { Loading } from './ui/page.tsx';

interface Area {
  readonly path: string;
  readonly title: string;
  readonly permission: string;
  readonly page: ComponentType;
}

const Accounts = lazy(async () => ({ default: (await import('./pages/accounts.tsx')).Accounts }));
const AccountPage = lazy(async () => ({
  default: (await import('./pages/account.tsx')).AccountPage,
}));

const AREAS: readonly Area[] = [
  { path: '/accounts', title: 'Accounts', permission: 'accounts.read', page: Accounts },
  {
    path: '/contacts',
    title: 'Contact changes',
    permission: 'accounts.read',
    page: lazy(async () => ({ default: (await import('./pages/contacts.tsx')).Contacts })),
  },
  {
    path: '/deliveries',
    title: 'Deliveries',
    permission: 'deliveries.read',
    page: lazy(async () => ({ default: (await import('./pages/deliveries.tsx')).Deliveries })),
  },
  {
    path: '/jobs',
    title: 'Jobs',
    permission: 'jobs.read',
    page: lazy(async () => ({ default: (await import('./pages/jobs.tsx')).Jobs })),
  },
  {
    path: '/events',
    title: 'Events',
    permission: 'events.read',
    page: lazy(async () => ({ default: (await import('./pages/events.tsx')).Events })),
  },
  {
    path: '/webhooks',
    title: 'Webhooks',
    permission: 'webhooks.read',
    page: lazy(async () => ({ default: (await import('./pages/webhooks.tsx')).Webhooks })),
  },
  {
    path: '/audit',
    title: 'Audit',
    permission: 'audit.read',
    page: lazy(async () => ({ default: (await import('./pages/audit.tsx')).Audit })),
  },
  {
    path: '/roles',
    title: 'Roles',
    permission: 'roles.read',
    page: lazy(async () => ({ default: (await import('./pages/roles.tsx')).Roles })),
  },
  {
    path: '/health',
    title: 'Health',
    permission: 'health.read',
    page: lazy(async () => ({ default: (await import('./pages/health.tsx')).Health })),
  },
];

export function App(): ReactNode {
  const { state } = useSession();
  switch (state.kind) {
    case 'loading':
      return (
        <main>
          <Loading />
        </main>
      );
    case 'out':
      return <LogIn />;
    case 'refused':
      return <Refused error={state.error} isForbidden={state.isForbidden} />;
    case 'in':
      return (
        <ChangeProvider>
          <Areas accountId={state.operator.account_id} />
        </ChangeProvider>
      );
  }
}

function Areas({ accountId }: { readonly accountId: string }): ReactNode {
  const { can, signOut } = useSession();
  const [location] = useLocation();
  const areas = AREAS.filter(({ permission }) => can(permission));
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header>
        <strong>Console</strong>
        <Navigation areas={areas} />
        <div className="who">
          <span className="id" title={`Logged in as ${accountId}`}>
            {accountId}
          </span>
          <Button onPress={() => void signOut()}>Log out</Button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Boundary key={location}>
          <Suspense fallback={<Loading />}>
            <Switch>
              {areas.map(({ path, page }) => (
                <Route key={path} path={path} component={page} />
              ))}
              {can('accounts.read') && <Route path="/accounts/:id" component={AccountPage} />}
              <Route>
                <Redirect to={areas[0]?.path ?? '/'} replace />
              </Route>
            </Switch>
          </Suspense>
        </Boundary>
      </main>
    </>
  );
}

function Navigation({ areas }: { readonly areas: readonly Area[] }): ReactNode {
  const [location] = useLocation();
  return (
    <nav aria-label="Areas">
      {areas.map(({ path, title }) => (
        <Link
          key={path}
          href={path}
          {...(location.startsWith(path) ? { 'aria-current': 'page' as const } : {})}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
