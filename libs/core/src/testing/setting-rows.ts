import { randomBytes } from 'node:crypto';

const WORD_KEY = Buffer.from('This is our own key for the service, 2026').toString('base64');
const key = () => randomBytes(32).toString('base64');
const durations = {
  good: ['1s', '90m', '2h', '1d'],
  bad: ['0s', '-1d', '1', '1w', '1.5h', ' 1h', '1h ', '99999999d', '999999d', '1e3s'],
};

const secretKeys = {
  good: [key(), randomBytes(48).toString('base64url'), randomBytes(32).toString('hex')],
  bad: [
    'short',
    'change-me-change-me-change-me-change-me-change-me',
    'CHANGE_ME_please_this_is_a_Placeholder_key_only',
    'a-long-passphrase-without-any-random-bytes-in-it',
    'A'.repeat(44),
    'abcdEFGH'.repeat(6),
    '0123456789abcdef'.repeat(4),
    'todo-set-this-before-You-deploy-Production-xyz1',
    'correct-horse-Battery-staple-correct-horse-battery',
    'qwertyuiopasdfghjklzxcvbnm1234567890QWERTYUIOP',
    'supersupersupersupersupersupersupersuperSuper',
    'SomeVeryLongStringThatIsNotRandomAtAllButLongEnough',
    'oneTwo3oneTwo3oneTwo3oneTwo3oneTwo3oneTwo3oneTwo',
    WORD_KEY,
    Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64'),
  ],
};

/** Setting values that every program accepts, and ones that every program rejects. */
export const settingRows = { durations, secretKeys };
