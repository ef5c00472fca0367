/** `disabled`: nothing is sent to it, and no new delivery is stored for it. */
export type WebhookEndpointState = 'enabled' | 'disabled';

/** `gone`: it answered 410. `failing`: no delivery reached it for days. */
export type WebhookDisabledReason = 'operator' | 'gone' | 'failing';

/** A URL that receives events. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Names of the events that it subscribes to. */
  readonly events: readonly string[];
  readonly state: WebhookEndpointState;
  /** `null` while it is enabled. */
  readonly disabledReason: WebhookDisabledReason | null;
  readonly disabledAt: Date | null;
  /** The first failed attempt since the last successful one. */
  readonly failingSince: Date | null;
  /** Until when deliveries are also signed with the secret of before. */
  readonly previousSecretValidUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The only answers that hold a secret: it cannot be shown again. */
export interface WebhookEndpointWithSecret {
  readonly endpoint: WebhookEndpoint;
  /** `whsec_`, followed by base64, as Standard Webhooks has it. */
  readonly secret: string;
}

export interface CreateWebhookEndpointParams {
  /** Up to 2,048 characters. */
  readonly url: string;
  /** At least one, each of an event that the service knows. */
  readonly events: readonly string[];
  /** Up to 500 characters. Default: empty. */
  readonly description?: string | undefined;
}

export interface WebhookEndpointParams {
  readonly endpointId: string;
}

/** Omitted fields stay as they are. */
export interface UpdateWebhookEndpointParams extends WebhookEndpointParams {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly description?: string | undefined;
}

export interface RotateWebhookSecretParams extends WebhookEndpointParams {
  /** How long the secret of before stays valid, up to 30 days. Default: 24 hours. */
  readonly overlapMilliseconds?: number | undefined;
}

export type WebhookDeliveryStatus = 'queued' | 'delivered' | 'failed';

/** One event on its way to one endpoint, or how that ended. */
export interface WebhookDelivery {
  /** Also its `webhook-id`. */
  readonly id: string;
  readonly endpointId: string;
  readonly event: string;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  /** HTTP status of the last answer; `null` if there was none. */
  readonly lastStatus: number | null;
  /** Why the last attempt failed; `null` if it did not. Contains nothing of the answer. */
  readonly lastError: string | null;
  readonly createdAt: Date;
  /** `null` once it has ended. */
  readonly nextAttemptAt: Date | null;
  /** `null` until it has ended. */
  readonly finishedAt: Date | null;
}

export interface ListWebhookDeliveriesParams extends WebhookEndpointParams {
  /** At most 1,000. Default: 100. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. Default: from the newest. */
  readonly cursor?: string | undefined;
}

export interface WebhookDeliveryPage {
  readonly items: readonly WebhookDelivery[];
  /** For the next page; `null` on the last. */
  readonly nextCursor: string | null;
}

export interface WebhookDeliveryParams {
  readonly deliveryId: string;
}

export interface QueuedWebhookDelivery {
  readonly deliveryId: string;
}

/** For metrics. */
export interface WebhookStatistics {
  /** Endpoints that are enabled and work. */
  readonly enabled: number;
  /** Endpoints that are enabled, but whose last attempt failed. */
  readonly failing: number;
  readonly disabled: number;
  /** Deliveries that wait, those to disabled endpoints included. */
  readonly queuedDeliveries: number;
}

/** An endpoint that was switched off by itself. */
export interface DisabledWebhookEndpoint {
  readonly endpointId: string;
  readonly reason: WebhookDisabledReason;
}

/** Omitted settings have their defaults. Times are in milliseconds. */
export interface WebhookSettings {
  /** Whether endpoints may be on private networks, and without TLS. Default: false. */
  readonly allowsPrivateAddresses?: boolean | undefined;
  /** Endpoints that can exist. Default: 200. */
  readonly maximumEndpoints?: number;
  /** How long an answer may take. Default: 15,000. */
  readonly sendTimeLimitMilliseconds?: number;
  /** Deliveries that a worker sends at a time; above `maximumEndpoints`. Default: 400. */
  readonly deliveryConcurrency?: number;
  /** Of these, to one endpoint; one that fails has a single slot. Default: 4. */
  readonly endpointConcurrency?: number;
  /** Longest delay before the second attempt; doubles with each attempt. Default: 10,000. */
  readonly retryBaseDelayMilliseconds?: number;
  /** Upper limit of the delay. Default: 8 hours. */
  readonly retryMaximumDelayMilliseconds?: number;
  /** How long a delivery is tried. Default: 3 days. */
  readonly lifeMilliseconds?: number;
  /** How long an endpoint may fail without a break until it is disabled. Default: 5 days. */
  readonly failingLimitMilliseconds?: number;
  /** How long ended deliveries are kept. Default: 30 days. */
  readonly logRetentionMilliseconds?: number;
  /** How long a delivery stays with a worker that has died. Default: 30,000. */
  readonly leaseMilliseconds?: number;
  /** How often a worker looks for due deliveries; new ones wake it at once. Default: 1,000. */
  readonly pollIntervalMilliseconds?: number;
  /** How long stopping waits for deliveries in flight. Default: 5,000. */
  readonly stopGraceMilliseconds?: number;
  /** Sent as `User-Agent`. Default: `org-webhook`. */
  readonly userAgent?: string;
}
