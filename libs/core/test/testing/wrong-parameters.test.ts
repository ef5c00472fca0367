import { AppError, check } from '@org/core';
import { findTakenParameters } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

const checkName = check.parameters(
  { name: check.id },
  (message) => new AppError({ code: 'NOTE_ERR_01', httpStatus: 400, message }),
);

/** Checks what one method is given, and nothing of the others. */
class NoteService {
  checked(params: { readonly name: string }): string {
    return checkName(params).name;
  }

  unchecked({ name }: { readonly name: string }): string {
    return name;
  }

  async *pages({ name }: { readonly name: string }): AsyncGenerator<string> {
    yield name.trim();
  }

  unnamed(): void {}
}

const options = {
  code: /^NOTE_ERR_01$/,
  trusted: [],
  notCalled: {},
  calls: {
    checked: [{ name: 'a' }],
    unchecked: [{ name: 'a' }],
    pages: [{ name: 'a' }],
  },
} as const;

describe(findTakenParameters, () => {
  it('finds the method that nobody named', async () => {
    const found = await findTakenParameters(new NoteService(), options);

    expect(found).toContain('unnamed: neither called nor named');
  });

  it('finds what is taken, and what ends in another error, read to its end', async () => {
    const found = await findTakenParameters(new NoteService(), options);

    expect(found).toContain('unchecked(0.name: {$ne}): taken');
    expect(found).toContainEqual(expect.stringMatching(/^unchecked\(0: undefined\): TypeError/));
    expect(found).toContainEqual(expect.stringMatching(/^pages\(0\.name: 5\): TypeError/));
  });

  it('finds nothing where everything is checked', async () => {
    const found = await findTakenParameters(new NoteService(), options);

    expect(found.filter((line) => line.startsWith('checked'))).toEqual([]);
  });

  it('finds a refusal that is not the one of the module', async () => {
    const found = await findTakenParameters(new NoteService(), { ...options, code: /^OTHER$/ });

    expect(found).toContainEqual(expect.stringMatching(/^checked\(0\.name: null\): AppError/));
  });

  it('finds right parameters that are refused', async () => {
    const calls = { ...options.calls, checked: [{ name: '\ud800' }] as const };

    const found = await findTakenParameters(new NoteService(), { ...options, calls });

    expect(found).toContainEqual(expect.stringMatching(/^checked\(\): AppError/));
  });
});
