import type { TextKey } from './texts-en.ts';

/** See `texts-en.ts`. */
export const german: Readonly<Record<TextKey, string>> = {
  greeting: 'Guten Tag!',
  'greeting-by-name': 'Guten Tag, {name}!',
  hours: '{count, plural, one {# Stunde} other {# Stunden}}',
  minutes: '{count, plural, one {# Minute} other {# Minuten}}',
  seconds: '{count, plural, one {# Sekunde} other {# Sekunden}}',
  repetition:
    '{times, plural, =0 {} =1 { am {since, date, long} um {since, time, short}} other { seit dem {since, date, long} um {since, time, short} {times, number}-mal}}',
  'not-you': 'Falls Sie das nicht waren, wenden Sie sich bitte an unseren Support.',
  'not-you-by-email':
    'Falls Sie das nicht waren, setzen Sie bitte Ihr Passwort zurück und wenden Sie sich an unseren Support.',

  'one-time-password.sms':
    'Ihr {branded, select, yes {{product}-Code} other {Code}} lautet {code}. Er ist {duration} gültig. Geben Sie ihn nicht weiter.',

  'email-code.subject': 'Ihr {branded, select, yes {{product}-Code} other {Code}}',
  'email-code.request':
    'Jemand möchte sich mit dieser E-Mail-Adresse anmelden oder registrieren. Wenn Sie das sind, geben Sie diesen Code ein:',
  'email-code.life': 'Er ist {duration} gültig. Geben Sie ihn nicht weiter.',
  'email-code.button': 'Anmelden',
  'email-code.origin':
    'Die Anfrage kam von {browser, select, unknown {einem unbekannten Browser} other {{browser}}}{system, select, unknown {} other { auf {system}}}{address, select, unknown {} other {, IP-Adresse {address}}}.',
  'email-code.otherwise':
    'Wenn Sie das nicht sind, können Sie diese E-Mail ignorieren: Ohne den Code kann sich niemand anmelden.',
  'email-known.subject':
    'Sie haben bereits ein Konto{branded, select, yes { bei {product}} other {}}',
  'email-known.request':
    'Jemand möchte sich mit dieser E-Mail-Adresse registrieren, die bereits ein Konto hat. Wenn Sie das sind, melden Sie sich mit diesem Code an:',
  'contact-code.subject':
    'Bestätigen Sie Ihre E-Mail-Adresse{branded, select, yes { für {product}} other {}}',
  'contact-code.request':
    'Jemand möchte diese E-Mail-Adresse für sein Konto verwenden. Wenn Sie das sind, geben Sie dort diesen Code ein:',
  'contact-code.otherwise':
    'Wenn Sie das nicht sind, können Sie diese E-Mail ignorieren: Ohne den Code wird die Adresse nicht verwendet.',

  'password-reset.subject':
    'Setzen Sie Ihr {branded, select, yes {{product}-Passwort} other {Passwort}} zurück',
  'password-reset.request':
    'Jemand möchte das Passwort des Kontos mit dieser E-Mail-Adresse zurücksetzen. Wenn Sie das waren, wählen Sie hier ein neues:',
  'password-reset.session-disowned':
    'Sie haben uns mitgeteilt, dass eine Anmeldung nicht von Ihnen war. Wir haben diese Sitzung deshalb beendet. Wählen Sie jetzt ein neues Passwort:',
  'password-reset.change-disowned':
    'Sie haben uns mitgeteilt, dass eine Änderung an Ihrem Konto nicht von Ihnen war. Wir haben deshalb alle seine Sitzungen beendet und das Passwort entfernt. Wählen Sie jetzt ein neues:',
  'password-reset.account-claimed':
    'Wir haben alle anderen Sitzungen Ihres Kontos beendet und das Passwort entfernt. Wählen Sie jetzt ein neues:',
  'password-reset.button': 'Neues Passwort wählen',
  'password-reset.otherwise':
    'Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren: Ohne den Link kann niemand das Passwort ändern.',

  'password-changed.subject':
    'Ihr {branded, select, yes {{product}-Passwort} other {Passwort}} wurde geändert',
  'password-changed.text': 'Das Passwort Ihres Kontos wurde{when} geändert.',
  'password-changed.sms':
    'Ihr {branded, select, yes {{product}-Passwort} other {Passwort}} wurde{when} geändert.',

  'refresh-token-reused.subject':
    'Wir haben eine Ihrer {branded, select, yes {{product}-Sitzungen} other {Sitzungen}} beendet',
  'refresh-token-reused.text':
    'Eine Ihrer Sitzungen wurde{when} an zwei Orten gleichzeitig verwendet. Möglicherweise hat sie jemand kopiert. Wir haben sie deshalb beendet.',
  'refresh-token-reused.sms':
    'Eine Ihrer {branded, select, yes {{product}-Sitzungen} other {Sitzungen}} wurde{when} an zwei Orten gleichzeitig verwendet. Wir haben sie deshalb beendet.',
  'refresh-token-reused.push':
    'Eine Ihrer Sitzungen wurde{when} an zwei Orten gleichzeitig verwendet.',

  'new-device.subject':
    'Neue Anmeldung bei Ihrem {branded, select, yes {{product}-Konto} other {Konto}}',
  'new-device.text':
    'Jemand hat sich am {at, date, long} um {at, time, short} mit einem neuen Gerät bei Ihrem Konto angemeldet.',
  'new-device.repeated':
    'Jemand hat sich{when} mit neuen Geräten bei Ihrem Konto angemeldet, zuletzt am {at, date, long} um {at, time, short}.',
  'new-device.origin':
    'Es war {browser, select, unknown {ein unbekannter Browser} other {{browser}}}{device, select, unknown {} other { auf {device}}}{address, select, unknown {} other {, IP-Adresse {address}}}.',
  'new-device.undo':
    'Wenn Sie das waren, brauchen Sie nichts zu tun. Andernfalls beenden Sie diese Sitzung innerhalb von 7 Tagen; Sie erhalten dann einen Link, um ein neues Passwort zu wählen:',
  'new-device.others':
    'Damit endet die letzte dieser Sitzungen. Die anderen können Sie in Ihrem Konto in der Liste der Sitzungen beenden.',
  'new-device.sms':
    'Jemand hat sich mit einem neuen Gerät bei Ihrem {branded, select, yes {{product}-Konto} other {Konto}} angemeldet. Falls Sie das nicht waren, beenden Sie diese Sitzung innerhalb von 7 Tagen: {link}',

  'account-deleted.subject':
    'Ihr {branded, select, yes {{product}-Konto} other {Konto}} wurde gelöscht',
  'account-deleted.text': 'Ihr Konto wurde{when} gelöscht.',
  'account-deleted.restore':
    'Falls Sie das nicht waren oder es sich anders überlegt haben, wenden Sie sich bitte vor dem {until, date, long} um {until, time, short} an unseren Support: Bis dahin lässt sich das Konto wiederherstellen. Danach werden seine Daten gelöscht.',
  'account-deleted.sms':
    'Ihr {branded, select, yes {{product}-Konto} other {Konto}} wurde{when} gelöscht. Unser Support kann es bis zum {until, date, long} um {until, time, short} wiederherstellen.',

  'account-disabled.subject':
    'Ihr {branded, select, yes {{product}-Konto} other {Konto}} wurde gesperrt',
  'account-disabled.text':
    'Unser Support hat Ihr Konto{when} gesperrt. Bis es entsperrt wird, kann sich niemand anmelden, und Sie erhalten weder Codes noch Links.',
  'account-disabled.support':
    'Ihre Daten bleiben erhalten. Bei Fragen wenden Sie sich bitte an unseren Support.',
  'account-disabled.sms':
    'Unser Support hat Ihr {branded, select, yes {{product}-Konto} other {Konto}}{when} gesperrt. Bei Fragen wenden Sie sich bitte an unseren Support.',

  'account-enabled.subject':
    'Ihr {branded, select, yes {{product}-Konto} other {Konto}} ist wieder entsperrt',
  'account-enabled.text': 'Unser Support hat Ihr Konto{when} entsperrt.',
  'account-enabled.login':
    'Sie können sich wie zuvor anmelden. Wenn Sie nicht wissen, warum Ihr Konto gesperrt war, wenden Sie sich bitte an unseren Support.',
  'account-enabled.sms':
    'Unser Support hat Ihr {branded, select, yes {{product}-Konto} other {Konto}}{when} entsperrt. Sie können sich wie zuvor anmelden.',

  'account-claimed.subject':
    'Ihr {branded, select, yes {{product}-Konto} other {Konto}} ist bestätigt',
  'account-claimed.text':
    'Diese E-Mail-Adresse wurde{when} für Ihr Konto bestätigt. Bis dahin könnte es auch jemand anderes angelegt haben.',
  'account-claimed.password':
    'Sicherheitshalber haben wir alle anderen Sitzungen beendet und das Passwort entfernt. Sie erhalten einen Link, um ein neues zu wählen.',

  'contact-changed.subject':
    'Die Kontaktdaten Ihres {branded, select, yes {{product}-Kontos} other {Kontos}} wurden geändert',
  'contact-changed.text':
    'Die E-Mail-Adresse oder Telefonnummer Ihres Kontos wurde{when} geändert.',
  'contact-replaced.undo':
    'Falls Sie das nicht waren, machen Sie es innerhalb von 7 Tagen rückgängig. Dabei enden auch alle Sitzungen Ihres Kontos:',
  'contact-replaced.button': 'Das war ich nicht',
  'contact-changed.sms':
    'Die Kontaktdaten Ihres {branded, select, yes {{product}-Kontos} other {Kontos}} wurden{when} geändert.',
  'contact-replaced.text':
    'Die E-Mail-Adresse oder Telefonnummer Ihres Kontos wurde geändert oder entfernt: Nachrichten zum Konto gehen nicht mehr an diese.',
  'contact-replaced.sms':
    'Die Kontaktdaten Ihres {branded, select, yes {{product}-Kontos} other {Kontos}} wurden geändert. Falls Sie das nicht waren, machen Sie es innerhalb von 7 Tagen rückgängig: {link}',

  'unsubscribe.ask-title': 'Abmelden?',
  'unsubscribe.ask': 'Sie erhalten dann keine E-Mails dieser Art mehr.',
  'unsubscribe.button': 'Abmelden',
  'unsubscribe.done-title': 'Sie sind abgemeldet',
  'unsubscribe.done': 'Sie erhalten keine E-Mails dieser Art mehr.',
  'unsubscribe.unusable-title': 'Dieser Link funktioniert nicht',
  'unsubscribe.unusable':
    'Bitte verwenden Sie den Link in einer neueren E-Mail, oder melden Sie sich an und ändern Sie Ihre Einstellungen.',
};
