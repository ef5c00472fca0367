/** The part of the page in which something was pressed last. */
let place: HTMLElement | null | undefined;

/** Before a dialog opens: what was pressed may be gone when it closes. */
export function rememberPlace(): void {
  place = document.activeElement?.closest<HTMLElement>('section, main');
}

/** Where the focus was lost because its element is gone, whoever uses the keyboard stays near it. */
export function returnToPlace(): void {
  if (document.activeElement === document.body && place?.isConnected === true) {
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
}
