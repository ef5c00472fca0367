import type { ReactNode } from 'react';

import { Button } from '../ui/fields.tsx';
import { useChange, type Change } from './change.tsx';

interface ReplayButtonProps extends Pick<Change, 'title' | 'done' | 'send' | 'reload'> {
  /** What is replayed, for who does not see its row. */
  readonly what: string;
}

/** Gives something that was given up its attempts again. */
export function ReplayButton({ what, ...replay }: ReplayButtonProps): ReactNode {
  const change = useChange();
  return (
    <Button label={`Replay ${what}`} onPress={() => change({ ...replay, action: 'Replay' })}>
      Replay …
    </Button>
  );
}
