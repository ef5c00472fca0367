import type { ChannelReport } from '@org/notification';

import type { BackendLogger } from './logger.ts';

const WORDS: Readonly<Record<ChannelReport['state'], string>> = {
  failing: 'messages cannot be delivered at the moment and are tried again',
  refused: 'messages were refused for good',
  working: 'messages are delivered again',
};

/** Logs a channel's state. Reports contain neither recipients nor message contents. */
export function logDelivery(logger: BackendLogger, { state, ...report }: ChannelReport): void {
  logger[state === 'working' ? 'info' : 'warn'](report, WORDS[state]);
}
