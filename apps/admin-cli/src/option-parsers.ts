import { InvalidArgumentError } from 'commander';

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  }
  return limit;
}

export function parseTime(text: string): Date {
  const time = new Date(text);
  if (!DATE.test(text) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      'It must be a day such as 2026-01-31 (UTC) or a time such as 2026-01-31T12:00:00Z.',
    );
  }
  return time;
}

export function parsePayload(text: string): object {
  const payload = parseJson(text);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new InvalidArgumentError('It must be a JSON object.');
  }
  return payload;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
