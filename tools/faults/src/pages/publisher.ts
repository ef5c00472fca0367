/** Writes pages until it is killed, and prints the id of each once it is committed. */
import { setTimeout as delay } from 'node:timers/promises';

import { Pages } from './pages.ts';

const WRITERS = 4;
const BOOKS = 24;
const PAUSE_MILLISECONDS = 20;
/** Every so many, the transaction is rolled back. */
const ROLLBACK_INTERVAL = 7;

const pages = await Pages.open();
let written = 0;

await Promise.all(
  Array.from({ length: WRITERS }, async () => {
    for (;;) {
      written += 1;
      const book = `book ${written % BOOKS}`;
      await pages.write(book, written % ROLLBACK_INTERVAL === 0).then(
        (pageId) => console.log(`written ${pageId}`),
        () => undefined,
      );
      await delay(PAUSE_MILLISECONDS);
    }
  }),
);
