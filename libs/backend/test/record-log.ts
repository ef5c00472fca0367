import type { BackendLogger } from '../src/logger.ts';

/** What was logged, with its level. */
export function recordLog() {
  const lines: object[] = [];
  const logAt = (level: keyof BackendLogger) => (fields: object, msg: string) => {
    lines.push({ ...fields, level, msg });
  };
  const logger: BackendLogger = {
    debug: logAt('debug'),
    info: logAt('info'),
    warn: logAt('warn'),
    error: logAt('error'),
  };
  return { lines, logger };
}
