import { hostname } from 'node:os';

const LEVELS = { info: 30, warn: 40, error: 50, fatal: 60 };

/** Tells whoever runs the program how its start and its end go. Default level: `info`. */
export type Report = (line: string, level?: keyof typeof LEVELS) => void;

/** To a person at a terminal. */
export const reportAsText: Report = (line) => {
  process.stdout.write(`${line}\n`);
};

/** To what collects the log, in its form; whatever LOG_LEVEL is. */
export const reportAsJson: Report = (line, level = 'info') => {
  const fields = { level: LEVELS[level], time: Date.now(), pid: process.pid, hostname: hostname() };
  process.stdout.write(`${JSON.stringify({ ...fields, msg: line })}\n`);
};
