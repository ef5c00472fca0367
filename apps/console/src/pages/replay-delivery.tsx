import type { ReactNode } from 'react';

import { api } from '../api.ts';
import { ReplayButton } from '../changes/replay-button.tsx';

interface ReplayDeliveryProps {
  readonly id: string;
  readonly topic: string;
  readonly reload: () => void;
}

export function ReplayDelivery({ id, topic, reload }: ReplayDeliveryProps): ReactNode {
  return (
    <ReplayButton
      what={topic}
      title={`Send ${topic} again?`}
      done="The message is queued again."
      send={async ({ reason, headers }) =>
        api.POST('/api/admin/deliveries/{delivery_id}/replay', {
          params: { path: { delivery_id: id } },
          headers,
          body: { reason },
        })
      }
      reload={reload}
    />
  );
}
