import type { AuditTrail, Clock, SecretKey } from '@org/core';
import type { Database } from '@org/core/store';
import type { EventPublisher } from '@org/events';

import type { NotificationSettings } from '../types.ts';
import type { MessageRenderer } from './topic/rendering.ts';

export interface ModuleDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly events: EventPublisher;
  readonly settings: Required<NotificationSettings>;
  readonly messages: MessageRenderer;
}
