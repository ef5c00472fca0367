/** What the driver takes from `whatwg-url`, of the same standard and built into Node. */
export const { URL, URLSearchParams } = globalThis;
