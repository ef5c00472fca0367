import type { NotificationChannel, NotificationTopicDefinition } from '../../types.ts';
import { accountDeleted } from './account-deleted.ts';
import { announcement } from './announcement.ts';
import type { ChannelContents, Template, Topic } from './define-topic.ts';
import { oneTimePassword } from './one-time-password.ts';
import { passwordChanged } from './password-changed.ts';
import { passwordReset } from './password-reset.ts';
import { refreshTokenReused } from './refresh-token-reused.ts';

/** Every topic and its rules, by name. */
export const topics = {
  [oneTimePassword.name]: oneTimePassword,
  [passwordReset.name]: passwordReset,
  [passwordChanged.name]: passwordChanged,
  [refreshTokenReused.name]: refreshTokenReused,
  [accountDeleted.name]: accountDeleted,
  [announcement.name]: announcement,
};

type TypesOf<Definition> =
  Definition extends Topic<string, infer Data, infer Channel>
    ? { readonly channel: Channel; readonly data: Data }
    : never;

/** Every topic, with its channels and the data that its templates need. */
export type NotificationTopics = {
  readonly [Name in keyof typeof topics]: TypesOf<(typeof topics)[Name]>;
};

export type NotificationTopic = keyof NotificationTopics;
export type NotificationTopicData<Name extends NotificationTopic> =
  NotificationTopics[Name]['data'];

/** The topics that a channel can carry. */
export type NotificationTopicOf<Channel extends NotificationChannel> = {
  [Name in NotificationTopic]: Channel extends NotificationTopics[Name]['channel'] ? Name : never;
}[NotificationTopic];

/** A topic whose name and data come from the database, which the type checker cannot see. */
export interface StoredTopic extends NotificationTopicDefinition<NotificationChannel> {
  readonly name: NotificationTopic;
  readonly sample: object;
  readonly templates: {
    readonly [Channel in NotificationChannel]?: Template<never, ChannelContents[Channel]>;
  };
}

export const allTopics: readonly StoredTopic[] = Object.values(topics);

/** The topic with this name; `undefined` if this version has none. */
export function findTopic(name: string): StoredTopic | undefined {
  return allTopics.find((topic) => topic.name === name);
}
