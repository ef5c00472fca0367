/** What is used of a browser; none of it is there for certain. */
interface Browser {
  readonly document?: unknown;
  readonly navigator?: { readonly locks?: LockManager };
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly addEventListener?: (type: string, listener: () => void) => void;
}

interface LockManager {
  readonly request: (
    name: string,
    options: { readonly signal: AbortSignal },
    work: () => Promise<unknown>,
  ) => Promise<unknown>;
}

interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  readonly postMessage: (message: unknown) => void;
  /** Of Node's channels. */
  readonly unref?: () => void;
}

/**
 * How long to wait for other tabs. A tab that the system has suspended may hold the lock for hours;
 * the server allows two refreshes at once.
 */
const LOCK_TIMEOUT_MILLISECONDS = 10_000;

/** `undefined` outside of browser pages: nothing there has tabs. */
function findBrowser(): Browser | undefined {
  const browser = globalThis as unknown as Browser;
  return browser.document === undefined ? undefined : browser;
}

/** Works while no other tab does, where the browser has locks. */
export async function withTabLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  const start = (): Promise<T> => (started ??= work());
  try {
    const signal = AbortSignal.timeout(LOCK_TIMEOUT_MILLISECONDS);
    await findBrowser()?.navigator?.locks?.request(name, { signal }, start);
  } catch {
    // The lock was not to be had, and work starts below; or it failed, which is told below.
  }
  return start();
}

/** Hears what the other tabs tell under the same name; the result tells them something. */
export function openTabChannel(
  name: string,
  onMessage: (message: unknown) => void,
): (message: unknown) => void {
  const { BroadcastChannel } = findBrowser() ?? {};
  try {
    const channel = BroadcastChannel && new BroadcastChannel(name);
    if (channel !== undefined) {
      channel.onmessage = ({ data }) => onMessage(data);
      channel.unref?.();
      return (message) => channel.postMessage(message);
    }
  } catch {
    // Some browsers forbid channels along with storage.
  }
  return () => undefined;
}

/** Calls when another tab has written, and when a page comes back that heard nothing meanwhile. */
export function onStorageChanged(listener: () => void): void {
  const browser = findBrowser();
  browser?.addEventListener?.('storage', listener);
  browser?.addEventListener?.('pageshow', listener);
}
