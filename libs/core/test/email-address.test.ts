import { domainToASCII } from 'node:url';

import {
  isEmailAddress,
  mailboxOf,
  normalizeEmailAddress,
  toEmailKey,
  toMailableAddress,
} from '@org/core';
import { describe, expect, it } from 'vitest';

/** Two labels with whatever ASCII has between and around them; the same at each run. */
const DOMAINS_OF_ANY_ASCII: readonly string[] = Array.from({ length: 0x80 }, (_, code) =>
  String.fromCharCode(code),
).flatMap((character) =>
  [
    'mail.example|.attacker.test',
    'mail|.example',
    '|mail.example',
    'mail.example|',
    'mail.|',
    'mail.1|',
    '1|.1',
    'mail|6d.example',
    'xn--mail|.example',
    'ma|il.BÜCHER.example',
  ].map((form) => form.replace('|', character)),
);

describe(isEmailAddress, () => {
  it.each([
    'ada@example.org',
    'ada.lovelace+news@mail.example.org',
    'añа@exämple.org',
    'x@xn--exmple-cua.org',
    'ada@mail。example。org',
    'ada@l·l.cat',
    'ada/news?#%41@example.org',
    'ada@3com.2x',
    `${'a'.repeat(64)}@example.org`,
  ])('takes %j', (text) => {
    expect(isEmailAddress(text)).toBe(true);
  });

  it.each([
    '',
    'ada',
    '@example.org',
    'ada@localhost',
    'ada@example.org.',
    'ada@exa..mple.org',
    'ada@example.org, eve@example.org',
    'Ada <ada@example.org>',
    '"ada"@example.org',
    'ada@example.org\n',
    'a\u200bda@example.org',
    '\u202eada@example.org',
    'a\ud800@example.org',
    `${'a'.repeat(65)}@example.org`,
    `${'ä'.repeat(33)}@example.org`,
    `ada@${'a'.repeat(64)}.org`,
    `a@${'a.'.repeat(125)}example.org`,
    'a@'.repeat(100_000),
    'victim@mail.example/.attacker.test',
    'victim@mail.example?.attacker.test',
    'victim@mail.example#.attacker.test',
    'victim@mail.example＃.attacker.test',
    'victim@%6dail.example',
    'ada@my_host.example',
    'ada@127.0.0.1',
    'ada@127.1',
    'ada@example.0x7f',
    'ada@example.١',
    'ada@☃.example',
    'a＠evil.example@x.example',
  ])('refuses %j', (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });
});

describe('the domain', () => {
  it('is that which was typed, or refused, with any ASCII character in it', () => {
    const wrong = DOMAINS_OF_ANY_ASCII.filter((domain) => {
      const address = `ada@${domain}`;
      const typed = domain.toLowerCase().replace('bücher', 'xn--bcher-kva');
      const isDomain = /^(?:[a-z\d]+(?:-+[a-z\d]+)*\.)+(?!\d+$)[a-z\d]+$/.test(typed);
      return isEmailAddress(address)
        ? !isDomain || [toEmailKey, toMailableAddress].some((f) => f(address) !== `ada@${typed}`)
        : isDomain;
    });
    expect(wrong).toEqual([]);
  });

  it.each(['ada@x.example/.y.test', 'ada@127.1', 'ada@%78.example'])(
    'gives %s, which is no address, a key and a mailbox of its own',
    (text) => {
      expect(toEmailKey(text)).toBe(text);
      expect(mailboxOf(text)).toBe(text);
    },
  );
});

describe(toMailableAddress, () => {
  it.each([
    ['Ada+1@Straße.example', 'Ada+1@xn--strae-oqa.example'],
    ['ａda@BÜCHER。de', 'ada@xn--bcher-kva.de'],
  ])('sends the mail for %s to %s', (address, mailed) => {
    expect(toMailableAddress(address)).toBe(mailed);
  });
});

describe(mailboxOf, () => {
  it.each(['ada@exämple.org', 'ADA@EXÄMPLE.ORG', 'ada+1@exämple.org', 'ada@xn--exmple-cua.org'])(
    'is the same for %s',
    (address) => {
      expect(mailboxOf(address)).toBe('ada@xn--exmple-cua.org');
    },
  );

  it.each([
    ['ada@straße.example', 'ada@XN--strae-oqa.example'],
    ['ada@ｅxample.org', 'a\u200bda+1@Example。org'],
    ['müller@exämple.org', 'MÜLLER+x@XN--EXMPLE-CUA.ORG'],
  ])('is the same for %s and %s', (one, other) => {
    expect(mailboxOf(one)).toBe(mailboxOf(other));
  });

  it('tells mailboxes apart', () => {
    expect(mailboxOf('ada@example.org')).not.toBe(mailboxOf('eve@example.org'));
    expect(mailboxOf('+919999999999')).not.toBe(mailboxOf('+919999999998'));
  });
});

describe(toEmailKey, () => {
  it.each([
    ['ada@example.org', 'Ada@EXAMPLE.org'],
    ['ada@bücher.de', 'ada@xn--bcher-kva.de'],
    ['ada@スシ.jp', 'ada@xn--xckd.jp'],
    ['ada@example.org', 'ａda@ｅxample.org'],
    ['ΑΣ@example.gr', 'ας@example.gr'],
    ['ΣΑ@example.gr', 'σα@example.gr'],
    ['J\u030c@example.org', '\u01f0@example.org'],
  ])('is the same for %s and %s', (one, other) => {
    expect(toEmailKey(one)).toBe(toEmailKey(other));
  });

  it.each([
    ['ada@スシ.jp', 'ada@すし.jp'],
    ['ada@βσ.gr', 'ada@βς.gr'],
    ['ας@example.gr', 'ασ@example.gr'],
    ['ada3@example.org', 'ada٣@example.org'],
    ['ada@example.org', 'ada+1@example.org'],
    ['ada@straße.example', 'ada@strasse.example'],
  ])('is not the same for %s and %s', (one, other) => {
    expect(toEmailKey(one)).not.toBe(toEmailKey(other));
  });

  it('is of the domain that the DNS is asked for, with any character in it', () => {
    const wrong: string[] = [];
    for (let code = 0xa1; code < 0x20000; code += 1) {
      const domain = `a${String.fromCodePoint(code)}.example`;
      const asked = domainToASCII(domain);
      if (asked !== '' && isEmailAddress(`ada@${domain}`)) {
        const [, keyed] = toEmailKey(`ada@${domain}`).split('@');
        wrong.push(
          ...(keyed === asked || keyed === domainToASCII(domain.normalize('NFKC')) ? [] : [domain]),
        );
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe(normalizeEmailAddress, () => {
  it('is NFKC, and nothing for what is no address in that form', () => {
    expect(normalizeEmailAddress('ａda@example.org')).toBe('ada@example.org');
    for (const text of ['ada', 'a＠evil.example@x.example', 'a，b@x.example', 'a@-x.example']) {
      expect(normalizeEmailAddress(text)).toBeUndefined();
    }
  });
});
