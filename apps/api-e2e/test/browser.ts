import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { launch, type Browser } from 'puppeteer-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where Chromium is: CHROMIUM in the environment, else the first on the path. */
export function findChromium(): string | undefined {
  const candidates = [
    ...(process.env['CHROMIUM'] === undefined ? [] : [process.env['CHROMIUM']]),
    ...(process.env['PATH'] ?? '')
      .split(delimiter)
      .flatMap((directory) => NAMES.map((name) => join(directory, name))),
  ];
  return candidates.find(isExecutable);
}

/** A browser without a window. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox does not work for root, as CI is; it shows nothing but pages of this machine.
  return launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
