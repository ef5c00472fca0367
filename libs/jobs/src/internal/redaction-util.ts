const SECRET_NAME = /password|token|secret|otp|hash|authorization|api_?key/i;

/** A copy whose fields named like a secret, at any depth, hold `[redacted]` instead of their value. */
export function redactSecrets(value: object): object {
  return redact(value) as object;
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(redact);
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      SECRET_NAME.test(name) ? '[redacted]' : redact(held),
    ]),
  );
}
