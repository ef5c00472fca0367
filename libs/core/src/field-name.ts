const INDEX = /^\d+$/;

/**
 * What messages call the field that a JSON Pointer leads to: its own name, and the places of lists,
 * such as `permissions[0]`.
 *
 * @param whole what the pointer `""` leads to
 */
export function toFieldName(path: string, whole: string): string {
  const names = [whole, ...path.split('/').slice(1)];
  const field = names.findLastIndex((name) => !INDEX.test(name));
  const [name, ...places] = names.slice(field);
  return [name || whole, ...places.map((place) => `[${place}]`)].join('');
}
