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
  'not-you': 'If this was not you, contact our support.',
  // By mail only: a password can only be reset by mail.
  'not-you-by-email': 'If this was not you, reset your password and contact our support.',

  'one-time-password.sms':
    'Your {branded, select, yes {{product} } other {}}code is {code}. It is good for {duration}. Do not tell it to anyone.',

  'email-code.subject': 'Your {branded, select, yes {{product} } other {}}code',
  'email-code.request':
    'Someone wants to log in or sign up with this e-mail address. If that is you, enter this code:',
  'email-code.life': 'It is good for {duration}. Do not tell it to anyone.',
  'email-code.button': 'Log in',
  'email-code.origin':
    'The request came from {browser, select, unknown {an unknown browser} other {{browser}}}{system, select, unknown {} other { on {system}}}{address, select, unknown {} other {, IP address {address}}}.',
  'email-code.otherwise': 'If that is not you, do nothing: nobody gets in without the code.',
  'email-known.subject':
    'You have an account already{branded, select, yes { at {product}} other {}}',
  'email-known.request':
    'Someone wants to sign up with this e-mail address, which has an account already. If that is you, log in with this code:',
  'contact-code.subject':
    'Confirm your e-mail address{branded, select, yes { for {product}} other {}}',
  'contact-code.request':
    'Someone wants to use this e-mail address for their account. If that is you, enter this code there:',
  'contact-code.otherwise':
    'If that is not you, do nothing: the address is not used without the code.',

  'password-reset.subject': 'Reset your {branded, select, yes {{product} } other {}}password',
  // Without the username: the person who signed up chose it, and may have put a link in it.
  'password-reset.request':
    'Someone asked for a new password of the account with this e-mail address. If it was you, choose one here:',
  'password-reset.button': 'Choose a new password',
  'password-reset.otherwise':
    'If it was not you, do nothing: without the link, nobody can choose one.',

  'password-changed.subject':
    'Your {branded, select, yes {{product} } other {}}password was changed',
  'password-changed.text': 'The password of your account was changed{when}.',
  'password-changed.sms':
    'Your {branded, select, yes {{product} } other {}}password was changed{when}.',

  'refresh-token-reused.subject':
    'We logged one of your {branded, select, yes {{product} } other {}}devices out',
  'refresh-token-reused.text':
    'A login of yours was used from two places at once{when}, which may mean that someone copied it. We ended that session.',
  'refresh-token-reused.sms':
    'A {branded, select, yes {{product} } other {}}login of yours was used from two places at once{when}, so we ended it.',
  'refresh-token-reused.push': 'A login of yours was used from two places at once{when}.',

  'new-device.subject': 'New log-in to your {branded, select, yes {{product} } other {}}account',
  'new-device.text':
    'Someone logged in to your account on {at, date, long} at {at, time, short}, from a device that we did not know before.',
  'new-device.repeated':
    'Someone logged in to your account from new devices{when}, last on {at, date, long} at {at, time, short}.',
  'new-device.origin':
    'It was {browser, select, unknown {an unknown browser} other {{browser}}}{device, select, unknown {} other { on {device}}}{address, select, unknown {} other {, IP address {address}}}.',
  'new-device.undo':
    'If it was you, do nothing. If not, end that session within 7 days; we then send you a link to choose a new password:',
  'new-device.others':
    'This ends the last of these sessions. The list of sessions in your account has the others.',
  'new-device.sms':
    'Someone logged in to your {branded, select, yes {{product} } other {}}account from a new device. If it was not you, end that session within 7 days: {link}',

  'account-deleted.subject': 'Your {branded, select, yes {{product} } other {}}account was deleted',
  'account-deleted.text': 'Your account was deleted{when}.',
  'account-deleted.restore':
    'If this was not you, or you changed your mind, contact our support before {until, date, long} at {until, time, short}: until then it can be restored. After that its data is erased.',
  'account-deleted.sms':
    'Your {branded, select, yes {{product} } other {}}account was deleted{when}. Our support can restore it until {until, date, long} at {until, time, short}.',

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

  'account-claimed.subject': 'You own your {branded, select, yes {{product} } other {}}account now',
  'account-claimed.text':
    'This e-mail address was proved to belong to your account{when}. Until then, someone else could have set up the account.',
  'account-claimed.password':
    'To be safe, we ended all its other sessions and removed its password. We send you a link to choose a new one.',

  'contact-changed.subject':
    'The contact details of your {branded, select, yes {{product} } other {}}account were changed',
  'contact-changed.text': 'The e-mail address or phone number of your account was changed{when}.',
  'contact-replaced.undo':
    'If this was not you, undo it within 7 days. This also ends all sessions of your account:',
  'contact-replaced.button': 'It was not me',
  'contact-changed.sms':
    'The contact details of your {branded, select, yes {{product} } other {}}account were changed{when}.',
  'contact-replaced.text':
    'The e-mail address or phone number of your account was changed or removed: you no longer log in with this one.',
  'contact-replaced.sms':
    'The contact details of your {branded, select, yes {{product} } other {}}account were changed. If it was not you, undo it within 7 days: {link}',

  'unsubscribe.ask-title': 'Unsubscribe?',
  'unsubscribe.ask': 'You will then get no more mails like the one that led you here.',
  'unsubscribe.button': 'Unsubscribe',
  'unsubscribe.done-title': 'You are unsubscribed',
  'unsubscribe.done': 'You will no longer get mails like the one that led you here.',
  'unsubscribe.unusable-title': 'This link does not work',
  'unsubscribe.unusable': 'Please use the link of a newer mail, or log in and change what you get.',
} as const;

export type TextKey = keyof typeof english;
