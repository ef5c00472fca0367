import { describe, expect, it } from 'vitest';

import { encodeRequest, readStatus } from '../../src/faults/raw-request.ts';

describe(encodeRequest, () => {
  it('writes bytes as they are, with their length', () => {
    const bytes = encodeRequest({ method: 'POST', path: '/a', body: Buffer.from([0xff, 0x00]) });
    expect(bytes.toString('latin1')).toContain('POST /a HTTP/1.1\r\n');
    expect(bytes.toString('latin1')).toContain('content-length: 2\r\n');
    expect(bytes.subarray(-2)).toEqual(Buffer.from([0xff, 0x00]));
  });

  it('lets headers be replaced', () => {
    const bytes = encodeRequest({ method: 'GET', path: '/', headers: { 'content-type': 'a' } });
    expect(bytes.toString()).not.toContain('application/json');
  });
});

describe(readStatus, () => {
  it('reads the status, if there is one', () => {
    expect(readStatus(Buffer.from('HTTP/1.1 431 Too Large\r\n'))).toBe(431);
    expect(readStatus(Buffer.from(''))).toBeUndefined();
  });
});
