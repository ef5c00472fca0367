/** Calls the listeners until it is killed; prints a line at the beginning of each call. */
import { Pages } from './pages.ts';

const { events } = await Pages.open();
events.start();
