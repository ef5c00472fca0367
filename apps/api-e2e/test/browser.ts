import { isExecutable, listExecutables } from '@org/harness';
import { launch, type Browser } from 'puppeteer-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where Chromium is: CHROMIUM in the environment, else the first on the path. */
export function findChromium(): string | undefined {
  const { CHROMIUM = '', PATH } = process.env;
  const found = NAMES.flatMap((name) => listExecutables(name, PATH));
  return isExecutable(CHROMIUM) ? CHROMIUM : found[0];
}

/** A browser without a window. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox does not work for root, as CI is; it shows nothing but pages of this machine.
  return launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
