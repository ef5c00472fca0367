/**
 * An address below another, however that ends.
 *
 * @example
 * joinUrl('https://app.example.com/', '/sign-in'); // https://app.example.com/sign-in
 * @param path with a leading slash
 */
export function joinUrl(base: string, path: string): string {
  return base.replace(/\/+$/, '') + path;
}
