/** Three significant digits, but no fewer than the whole part has. */
export function renderNumber(value: number): string {
  if (value === 0) {
    return '0';
  }
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
