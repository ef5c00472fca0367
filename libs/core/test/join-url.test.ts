import { joinUrl } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(joinUrl, () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com/sign-in'],
    ['https://app.example.com/', 'https://app.example.com/sign-in'],
    ['https://app.example.com//', 'https://app.example.com/sign-in'],
    ['https://app.example.com/a/b/', 'https://app.example.com/a/b/sign-in'],
  ])('goes on below %s', (base, url) => {
    expect(joinUrl(base, '/sign-in')).toBe(url);
  });
});
