import { useEffect, useId, useRef, type ReactNode } from 'react';

import type { ApiError } from '../api.ts';
import { Button } from './fields.tsx';

interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

let isFirst = true;

/** A page with its heading, which takes the focus when one has come from another page. */
export function Page({ title, actions, children }: PageProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Console`;
  }, [title]);
  useEffect(() => {
    if (!isFirst) {
      heading.current?.focus();
    }
    isFirst = false;
  }, []);
  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

/** A part of a page. */
export function Section({ title, actions, children }: PageProps): ReactNode {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

interface FailureProps {
  readonly error: ApiError | undefined;
  readonly onRetry?: () => void;
}

export function Failure({ error, onRetry }: FailureProps): ReactNode {
  return (
    error && (
      <div role="alert" className="failure">
        <p>
          {error.message} <code>{error.code}</code>
        </p>
        {onRetry && <Button onPress={onRetry}>Try again</Button>}
      </div>
    )
  );
}

export function Loading(): ReactNode {
  return (
    <p className="muted" aria-busy="true">
      Loading …
    </p>
  );
}
