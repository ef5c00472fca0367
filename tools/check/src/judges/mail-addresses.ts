import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';

import { TemporaryDirectory } from '@org/harness';

import { installOnce } from '../cached-install.ts';
import { conclude, run } from '../workspace.ts';
import { findUndocumented, type Case, type Deviation } from './differences.ts';

/**
 * The gate of e-mail addresses: those of `is_email`'s tests, by its diagnosis, and some beside them.
 * What we accept is mailed by SMTP and arrives at that recipient; what else the standards know is
 * refused on purpose.
 */
const CORPUS = 'isemail@1.2.0';

/** Refused, although the standards have them: nobody receives mail there, or a program misreads them. */
const REFUSED: Readonly<Record<string, Deviation>> = {
  rfc5321QuotedString: { count: 6, reason: 'blanks, commas, quotes: read as several addresses' },
  rfc5321AddressLiteral: { count: 7, reason: 'mail to an IP address reaches machines, not people' },
  rfc5321TLD: { count: 1, reason: 'a domain without a dot is a name inside a network' },
  rfc5321TLDNumeric: { count: 2, reason: 'an IP address without its brackets' },
  valid: { count: 1, reason: 'test@io, as rfc5321TLD' },
  cfws: { count: 12, reason: 'comments and folding belong to headers, not to an address' },
  deprecated: { count: 23, reason: 'what only old programs may still send' },
  rfc5322: { count: 37, reason: 'allowed in headers, not by SMTP' },
};
/** Accepted, although the standards do not have them. */
const ACCEPTED: Readonly<Record<string, Deviation>> = {
  errDotStart: { count: 1, reason: 'exists at some providers; SMTP has it as a quoted string' },
  errDotEnd: { count: 1, reason: 'the same' },
};
/** Beside the corpus, which is of 2010: addresses of other scripts (RFC 6531), to be accepted. */
const INTERNATIONAL: readonly string[] = [
  ...['añа@exämple.org', 'ada@bücher.de', 'ada@xn--bcher-kva.de', 'ada@straße.example'],
  ...['δοκιμή@παράδειγμα.δοκιμή', '用户@例子.公司', 'अजय@डाटा.भारत', 'дело@пример.рф'],
  ...['דוגמה@דוגמה.ישראל', 'مثال@مثال.موقع', 'e\u0301@exa\u0301mple.org', 'ﬁ@example.org'],
  ...['ａda@ｅxample.org', 'Ada@EXAMPLE.org', '💌@example.org', 'さくら@例え。テスト'],
];
/** Every ASCII character before, between and after letters: to be refused, or mailed. */
const ASCII = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)).flatMap((it) =>
  [`${it}ada`, `a${it}a`, `ada${it}`, `a${it}${it}a`].map((local) => `${local}@example.org`),
);

/** Whether it is accepted, and the recipients with and without SMTPUTF8, or why it was not sent. */
type Answer = readonly [isAccepted: boolean, ...mailed: (readonly string[] | string)[]];

const corpus = JSON.parse(readFileSync(await installCorpus(), 'utf8')) as [string, string][];
const addresses = [...corpus.map(([address]) => address), ...INTERNATIONAL, ...ASCII];
const answers = await callOurs();
const isAccepted = (address: string): boolean => answers.get(address)?.[0] === true;
conclude(
  [
    ...findUndocumented(findRefused(), REFUSED),
    ...findUndocumented(findAccepted(), ACCEPTED),
    ...findUndocumented(findNotMailed(), {}),
    ...INTERNATIONAL.filter((address) => !isAccepted(address)).map((it) => `${it} is refused`),
  ],
  `${addresses.length} addresses judged: ${addresses.filter(isAccepted).length} accepted and mailed`,
);

/** @returns the file with the addresses and their diagnoses */
async function installCorpus(): Promise<string> {
  const folder = await installOnce(CORPUS, (draft) =>
    run('npm', ['install', '--silent', '--ignore-scripts', '--prefix', draft, CORPUS]),
  );
  return join(folder, 'node_modules/isemail/test/tests.json');
}

async function callOurs(): Promise<ReadonlyMap<string, Answer>> {
  const file = join(new TemporaryDirectory('mail-addresses').path, 'addresses');
  writeFileSync(file, addresses.map((address) => JSON.stringify(address)).join('\n'));
  const program = 'libs/notification/test/programs/mail-addresses.ts';
  const output = await run('node', ['--conditions=@org/source', program, file]);
  const lines = output.trim().split('\n');
  return new Map(
    addresses.map((address, index) => [address, JSON.parse(lines[index] ?? '') as Answer]),
  );
}

function* findRefused(): Iterable<Case> {
  for (const [address, diagnosis] of corpus) {
    if (!isAccepted(address) && !diagnosis.startsWith('err')) {
      yield [/^(?:cfws|deprecated|rfc5322)/.exec(diagnosis)?.[0] ?? diagnosis, address];
    }
  }
}

function* findAccepted(): Iterable<Case> {
  for (const [address, diagnosis] of corpus) {
    if (isAccepted(address) && !/^(?:valid|dnsWarn)/.test(diagnosis)) {
      yield [diagnosis, address];
    }
  }
}

function* findNotMailed(): Iterable<Case> {
  for (const [address, [, ...attempts]] of answers) {
    for (const mailed of attempts) {
      if (typeof mailed === 'string') {
        yield [mailed, address];
      } else if (mailed.length !== 1 || canonical(mailed[0] ?? '') !== canonical(address)) {
        yield ['mailed to another recipient', address];
      }
    }
  }
}

/** What names one mailbox: NFKC, the domain as the DNS has it, and without quotes around a local part. */
function canonical(address: string): string {
  const normalized = address.normalize('NFKC');
  const at = normalized.lastIndexOf('@');
  const local = normalized.slice(0, at).replace(/^"(.*)"$/, '$1');
  return `${local}@${domainToASCII(normalized.slice(at + 1))}`;
}
