import { useEffect, useRef, type ReactNode } from 'react';

import type { ApiError } from '../api.ts';

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
  return (
    <section className="card">
      <div className="section-head">
        <h2>{title}</h2>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

export function Failure({ error }: { readonly error: ApiError | undefined }): ReactNode {
  return (
    error && (
      <p role="alert" className="failure">
        {error.message} <code>{error.code}</code>
      </p>
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
