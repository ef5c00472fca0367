import { launch, type Browser } from 'puppeteer-core';

/** A browser without a window. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox does not work for root, as CI is; it shows nothing but pages of this machine.
  return launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
