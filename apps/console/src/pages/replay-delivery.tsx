import type { ReactNode } from 'react';

import { api } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import { Button } from '../ui/fields.tsx';

interface ReplayDeliveryProps {
  readonly id: string;
  readonly topic: string;
  readonly reload: () => void;
}

export function ReplayDelivery({ id, topic, reload }: ReplayDeliveryProps): ReactNode {
  const change = useChange();
  const replay = (): void =>
    change({
      title: `Send ${topic} again?`,
      action: 'Replay',
      done: 'The message is queued again.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/deliveries/{delivery_id}/replay', {
          params: { path: { delivery_id: id } },
          headers,
          body: { reason },
        }),
      reload,
    });
  return (
    <Button label={`Replay ${topic}`} onPress={replay}>
      Replay …
    </Button>
  );
}
