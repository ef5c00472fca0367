import { Component, type ReactNode } from 'react';

import { Button } from './fields.tsx';
import { Page } from './page.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
}

/** In place of a page that failed, such as one whose files could not be loaded. */
export class Boundary extends Component<BoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? (
      <Page title="This page failed">
        <div className="card" role="alert">
          <p>
            Its files could not be loaded, or it has a defect. The browser’s console says which.
          </p>
          <Button onPress={() => location.reload()}>Load it again</Button>
        </div>
      </Page>
    ) : (
      this.props.children
    );
  }
}
