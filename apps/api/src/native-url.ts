/** Replaces the driver's `whatwg-url`, which implements the same standard as Node's built-in. */
export const { URL, URLSearchParams } = globalThis;
