import type { Clock } from '@org/core';

import type { ChannelReport, NotificationChannel } from '../../types.ts';
import type { DeliveryOutcome } from './delivery-outcome.ts';
import type { LeasedDelivery } from './delivery-util.ts';

const REPORT_INTERVAL_MILLISECONDS = 60_000;

/** The state of a channel that has failed. */
interface ChannelState {
  /** Whether it was reported as failing and has not worked since. */
  isFailing: boolean;
  reportedAt: number;
  /** Since then. */
  failures: number;
  isRetried: boolean;
  topic: string;
  error: string;
}

/**
 * Reports failing channels: the first failure at once, further ones once a minute, and when
 * messages get through again. However many fail, that is one report a minute per channel, and one
 * more when it recovers.
 */
export class ChannelMonitor {
  readonly #clock: Clock;
  readonly #onReport: (report: ChannelReport) => void;
  readonly #states = new Map<NotificationChannel, ChannelState>();
  /** Whose last attempt failed and is made again; reports come later. */
  readonly #failing = new Set<NotificationChannel>();

  constructor(clock: Clock, onReport: (report: ChannelReport) => void) {
    this.#clock = clock;
    this.#onReport = onReport;
  }

  /** The channels through which nothing got since an attempt failed that is made again. */
  get failing(): readonly NotificationChannel[] {
    return [...this.#failing];
  }

  /** Records how an attempt ended. */
  observe({ channel, topic }: LeasedDelivery, outcome: DeliveryOutcome): void {
    if (outcome.kind === 'failed') {
      const { reason: error, retryable } = outcome;
      if (retryable) {
        this.#failing.add(channel);
      }
      const state = this.#states.get(channel) ?? createState();
      state.failures += 1;
      state.isRetried ||= retryable;
      Object.assign(state, { topic, error });
      this.#states.set(channel, state);
      this.reportDue();
    } else if (outcome.kind === 'sent') {
      this.#failing.delete(channel);
      this.#recover(channel);
    }
  }

  /** Sums up a channel's failures if its last report was a minute ago. */
  reportDue(): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const [channel, state] of this.#states) {
      if (state.failures > 0 && now - state.reportedAt >= REPORT_INTERVAL_MILLISECONDS) {
        state.isFailing ||= state.isRetried;
        this.#report(channel, state, state.isRetried ? 'failing' : 'refused');
        state.reportedAt = now;
      }
    }
  }

  #recover(channel: NotificationChannel): void {
    const state = this.#states.get(channel);
    if (state?.isFailing) {
      state.isFailing = false;
      this.#report(channel, state, 'working');
    }
  }

  #report(channel: NotificationChannel, state: ChannelState, kind: ChannelReport['state']): void {
    const { failures, topic, error } = state;
    this.#onReport({ channel, state: kind, failures, topic, error });
    state.failures = 0;
    state.isRetried = false;
  }
}

function createState(): ChannelState {
  return {
    isFailing: false,
    reportedAt: -Infinity,
    failures: 0,
    isRetried: false,
    topic: '',
    error: '',
  };
}
