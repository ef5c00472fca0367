import { describe, expect, it } from 'vitest';

import { databaseUri } from '../src/index.ts';

describe(databaseUri, () => {
  it.each([
    ['mongodb://127.0.0.1:1', 'mongodb://127.0.0.1:1/org'],
    ['mongodb://127.0.0.1:1/?replicaSet=rs0', 'mongodb://127.0.0.1:1/org?replicaSet=rs0'],
    ['mongodb://127.0.0.1:1/other?a=/b', 'mongodb://127.0.0.1:1/org?a=/b'],
    ['mongodb://a:1,b:2,c:3/?replicaSet=rs0', 'mongodb://a:1,b:2,c:3/org?replicaSet=rs0'],
    [
      'mongodb+srv://me:p%2Fw@cluster.example.com/',
      'mongodb+srv://me:p%2Fw@cluster.example.com/org',
    ],
  ])('names the database in %s', (serverUri, expected) => {
    expect(databaseUri(serverUri, 'org')).toBe(expected);
  });
});
