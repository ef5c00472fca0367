import type { NotificationChannel } from '../types.ts';

/** Every channel, in the order of previews. */
export const CHANNELS: readonly NotificationChannel[] = ['email', 'sms', 'push'];
