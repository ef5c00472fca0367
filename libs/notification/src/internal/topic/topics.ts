import type { NotificationChannel } from '../../types.ts';
import { accountClaimed } from './account-claimed.ts';
import { accountDeleted } from './account-deleted.ts';
import { accountDisabled, accountEnabled } from './account-disabled.ts';
import { announcement } from './announcement.ts';
import { contactChanged, contactReplaced } from './contact-changed.ts';
import type { ChannelContents, Template, Topic } from './define-topic.ts';
import { contactCode, emailCode, emailKnown } from './email-codes.ts';
import { newDevice } from './new-device.ts';
import { oneTimePassword } from './one-time-password.ts';
import { passwordChanged } from './password-changed.ts';
import { passwordReset } from './password-reset.ts';
import { refreshTokenReused } from './refresh-token-reused.ts';

/** The built-in topics and their rules, by name. */
export const topics = {
  [oneTimePassword.name]: oneTimePassword,
  [emailCode.name]: emailCode,
  [emailKnown.name]: emailKnown,
  [contactCode.name]: contactCode,
  [passwordReset.name]: passwordReset,
  [passwordChanged.name]: passwordChanged,
  [refreshTokenReused.name]: refreshTokenReused,
  [newDevice.name]: newDevice,
  [accountDeleted.name]: accountDeleted,
  [accountClaimed.name]: accountClaimed,
  [accountDisabled.name]: accountDisabled,
  [accountEnabled.name]: accountEnabled,
  [contactChanged.name]: contactChanged,
  [contactReplaced.name]: contactReplaced,
  [announcement.name]: announcement,
};

type TypesOf<Definition> =
  Definition extends Topic<string, infer Data, infer Channel>
    ? { readonly channel: Channel; readonly data: Data }
    : never;

/** The built-in topics, with their channels and the data that their templates need. */
export type NotificationTopics = {
  readonly [Name in keyof typeof topics]: TypesOf<(typeof topics)[Name]>;
};

/** The name of a built-in topic. */
export type NotificationTopic = keyof NotificationTopics;

/** A topic of one's own that a channel can carry. */
interface OwnTopicOf<Channel extends NotificationChannel> {
  readonly name: string;
  readonly sample: object;
  readonly templates: {
    readonly [Each in Channel]: Template<never, ChannelContents[Each]>;
  };
}

/** What a topic's templates need: of a built-in one by its name, of one's own by its value. */
export type NotificationTopicData<Topic extends NotificationTopic | { readonly sample: object }> =
  Topic extends NotificationTopic
    ? NotificationTopics[Topic]['data']
    : Topic extends { readonly sample: infer Data }
      ? Data
      : never;

/** The topics that a channel can carry: names of built-in ones, and one's own. */
export type NotificationTopicOf<Channel extends NotificationChannel> =
  | {
      [Name in NotificationTopic]: Channel extends NotificationTopics[Name]['channel']
        ? Name
        : never;
    }[NotificationTopic]
  | OwnTopicOf<Channel>;

/** Templates in place of built-in ones: for every locale, or by locale. */
export type TemplateReplacements = {
  readonly [Name in NotificationTopic]?: {
    readonly [Channel in NotificationTopics[Name]['channel']]?: Replacement<
      Template<NotificationTopics[Name]['data'], ChannelContents[Channel]>
    >;
  };
};

type Replacement<EachTemplate> = EachTemplate | Readonly<Record<string, EachTemplate>>;
