import { isExecutable, listExecutables } from './workspace.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Where Chromium is: CHROMIUM in the environment, else the first on the path.
 *
 * @throws Error if there is none and REQUIRE_BROWSER is 1
 */
export function findChromium(): string | undefined {
  const { CHROMIUM = '', PATH, REQUIRE_BROWSER } = process.env;
  const [found] = NAMES.flatMap((name) => listExecutables(name, PATH));
  const chromium = isExecutable(CHROMIUM) ? CHROMIUM : found;
  if (chromium === undefined && REQUIRE_BROWSER === '1') {
    throw new Error('REQUIRE_BROWSER=1, but there is no Chromium on the path.');
  }
  return chromium;
}
