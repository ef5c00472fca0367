/**
 * The texts of the built-in topics, as ICU messages. All may use `branded` (`yes` or `no`) and
 * `product`. `when` is `repetition`: nothing, or a time, or a number of times, with a space before.
 */
export const english = {
  greeting: 'Hello,',
  'greeting-by-name': 'Hello {name},',
  hours: '{count, plural, one {# hour} other {# hours}}',
  minutes: '{count, plural, one {# minute} other {# minutes}}',
  seconds: '{count, plural, one {# second} other {# seconds}}',
  repetition:
    '{times, plural, =0 {} =1 { on {since, date, long} at {since, time, short}} other { {times, number} times since {since, date, long} at {since, time, short}}}',
  'not-you': 'If this was not you, please contact our support team.',
  // By mail only: a password can only be reset by mail.
  'not-you-by-email':
    'If this was not you, please reset your password and contact our support team.',

  'one-time-password.sms':
    'Your {branded, select, yes {{product} } other {}}code is {code}. It expires in {duration}. Do not share it with anyone.',

  'email-code.subject': 'Your {branded, select, yes {{product} } other {}}code',
  'email-code.request':
    'Someone is trying to log in or sign up with this e-mail address. If this is you, enter this code:',
  'email-code.life': 'It expires in {duration}. Do not share it with anyone.',
  'email-code.button': 'Log in',
  'email-code.origin':
    'The request came from {browser, select, unknown {an unknown browser} other {{browser}}}{system, select, unknown {} other { on {system}}}{address, select, unknown {} other {, IP address {address}}}.',
  'email-code.otherwise':
    'If this is not you, you can ignore this e-mail: nobody can log in without the code.',
  'email-known.subject':
    'You already have an account{branded, select, yes { with {product}} other {}}',
  'email-known.request':
    'Someone is trying to sign up with this e-mail address, which already has an account. If this is you, log in with this code:',
  'contact-code.subject':
    'Confirm your e-mail address{branded, select, yes { for {product}} other {}}',
  'contact-code.request':
    'Someone wants to use this e-mail address for their account. If this is you, enter this code there:',
  'contact-code.otherwise':
    'If this is not you, you can ignore this e-mail: the address will not be used without the code.',

  'password-reset.subject': 'Reset your {branded, select, yes {{product} } other {}}password',
  // Without the username: the person who signed up chose it, and may have put a link in it.
  'password-reset.request':
    'Someone asked to reset the password of the account with this e-mail address. If this was you, choose a new one here:',
  'password-reset.session-disowned':
    'You told us that a log-in was not yours, so we ended that session. Choose a new password now:',
  'password-reset.change-disowned':
    'You told us that a change to your account was not yours, so we ended all its sessions and removed its password. Choose a new one now:',
  'password-reset.account-claimed':
    'We ended all other sessions of your account and removed its password. Choose a new one now:',
  'password-reset.button': 'Choose a new password',
  'password-reset.otherwise':
    'If this was not you, you can ignore this e-mail: nobody can change the password without the link.',

  'password-changed.subject':
    'Your {branded, select, yes {{product} } other {}}password was changed',
  'password-changed.text': 'The password of your account was changed{when}.',
  'password-changed.sms':
    'Your {branded, select, yes {{product} } other {}}password was changed{when}.',

  'refresh-token-reused.subject':
    'We ended one of your {branded, select, yes {{product} } other {}}sessions',
  'refresh-token-reused.text':
    'One of your sessions was used from two places at once{when}. Someone may have copied it, so we ended it.',
  'refresh-token-reused.sms':
    'One of your {branded, select, yes {{product} } other {}}sessions was used from two places at once{when}, so we ended it.',
  'refresh-token-reused.push': 'One of your sessions was used from two places at once{when}.',

  'new-device.subject': 'New log-in to your {branded, select, yes {{product} } other {}}account',
  'new-device.text':
    'Someone logged in to your account on {at, date, long} at {at, time, short}, from a new device.',
  'new-device.repeated':
    'Someone logged in to your account from new devices{when}, most recently on {at, date, long} at {at, time, short}.',
  'new-device.origin':
    'It was {browser, select, unknown {an unknown browser} other {{browser}}}{device, select, unknown {} other { on {device}}}{address, select, unknown {} other {, IP address {address}}}.',
  'new-device.undo':
    'If this was you, you do not need to do anything. If not, end that session within 7 days, and we will send you a link to choose a new password:',
  'new-device.others':
    'This ends the most recent of these sessions. You can end the others in the list of sessions in your account.',
  'new-device.sms':
    'Someone logged in to your {branded, select, yes {{product} } other {}}account from a new device. If this was not you, end that session within 7 days: {link}',

  'account-deleted.subject': 'Your {branded, select, yes {{product} } other {}}account was deleted',
  'account-deleted.text': 'Your account was deleted{when}.',
  'account-deleted.restore':
    'If this was not you, or if you have changed your mind, please contact our support team before {until, date, long} at {until, time, short}. Until then, the account can be restored; after that, its data will be erased.',
  'account-deleted.sms':
    'Your {branded, select, yes {{product} } other {}}account was deleted{when}. Our support team can restore it until {until, date, long} at {until, time, short}.',

  'account-disabled.subject':
    'Your {branded, select, yes {{product} } other {}}account was disabled',
  'account-disabled.text':
    'Our support disabled your account{when}. Until it is enabled, nobody can log in to it, and it gets no codes and no links.',
  'account-disabled.support': 'Your data is kept. If you have questions, contact our support.',
  'account-disabled.sms':
    'Our support disabled your {branded, select, yes {{product} } other {}}account{when}. If you have questions, contact our support.',

  'account-enabled.subject':
    'Your {branded, select, yes {{product} } other {}}account can be used again',
  'account-enabled.text': 'Our support enabled your account{when}.',
  'account-enabled.login':
    'You can log in as before. If you do not know why your account was disabled, contact our support.',
  'account-enabled.sms':
    'Our support enabled your {branded, select, yes {{product} } other {}}account{when}. You can log in as before.',

  'account-claimed.subject':
    'Your {branded, select, yes {{product} } other {}}account is confirmed',
  'account-claimed.text':
    'This e-mail address was confirmed for your account{when}. Until then, someone else could have created the account.',
  'account-claimed.password':
    'To be safe, we ended all its other sessions and removed its password. We are sending you a link to choose a new one.',

  'contact-changed.subject':
    'The contact details of your {branded, select, yes {{product} } other {}}account were changed',
  'contact-changed.text': 'The e-mail address or phone number of your account was changed{when}.',
  'contact-replaced.undo':
    'If this was not you, undo it within 7 days. This will also end all sessions of your account:',
  'contact-replaced.button': 'This was not me',
  'contact-changed.sms':
    'The contact details of your {branded, select, yes {{product} } other {}}account were changed{when}.',
  'contact-replaced.text':
    'The e-mail address or phone number of your account was changed or removed: messages about the account no longer go to this one.',
  'contact-replaced.sms':
    'The contact details of your {branded, select, yes {{product} } other {}}account were changed. If this was not you, undo it within 7 days: {link}',

  'unsubscribe.ask-title': 'Unsubscribe?',
  'unsubscribe.ask': 'You will then get no more e-mails like the one that brought you here.',
  'unsubscribe.button': 'Unsubscribe',
  'unsubscribe.done-title': 'You have been unsubscribed',
  'unsubscribe.done': 'You will no longer get e-mails like the one that brought you here.',
  'unsubscribe.unusable-title': 'This link does not work',
  'unsubscribe.unusable':
    'Please use the link in a newer e-mail, or log in and change your settings.',
} as const;

export type TextKey = keyof typeof english;
