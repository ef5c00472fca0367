/** Calls a callback of the page. What it throws is an uncaught error, and changes nothing here. */
export function callSafely(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  // Of browsers; Node has none.
  const { reportError } = globalThis as { readonly reportError?: (error: unknown) => void };
  if (reportError === undefined) {
    queueMicrotask(() => {
      throw error;
    });
  } else {
    reportError(error);
  }
}
