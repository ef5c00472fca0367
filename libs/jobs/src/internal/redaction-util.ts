import { REDACTED } from '@org/core';

const SECRET_NAME = /password|token|secret|otp|hash|authorization|api_?key/i;

/** A copy in which fields with secret-like or given names, at any depth, are `[redacted]`. */
export function redactFields(value: object, names: readonly string[] = []): object {
  const isRedacted = (name: string) => SECRET_NAME.test(name) || names.includes(name);
  return redact(value, isRedacted) as object;
}

function redact(value: unknown, isRedacted: (name: string) => boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => redact(item, isRedacted));
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      isRedacted(name) ? REDACTED : redact(held, isRedacted),
    ]),
  );
}
