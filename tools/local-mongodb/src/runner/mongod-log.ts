import { readFile } from 'node:fs/promises';

const LINES = 8;
const LINE_LENGTH = 400;

/**
 * The lines of a mongod's log that say why it ended: its errors, if there are any, for what comes
 * after them is only the shutting down; otherwise the last lines.
 */
export async function readTellingLines(logFile: string): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /"s":"[EF]"/.test(line) || !line.startsWith('{'));
  return (errors.length > 0 ? errors : lines).slice(-LINES).map(toReadable);
}

function toReadable(line: string): string {
  try {
    const { msg, attr } = JSON.parse(line) as { msg?: unknown; attr?: unknown };
    const details = attr === undefined ? '' : ` ${JSON.stringify(attr)}`;
    return `${String(msg)}${details}`.slice(0, LINE_LENGTH);
  } catch {
    return line.slice(0, LINE_LENGTH);
  }
}
