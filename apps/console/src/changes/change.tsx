import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useLocation } from 'wouter';

import type { Answer } from '../api.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { rememberPlace, returnToPlace } from '../ui/focus.ts';
import { ChangeForm } from './change-form.tsx';
import type { FieldSpec, Values } from './change-fields.tsx';

/** What each request of a change has. */
export interface Sent {
  readonly reason: string;
  /** With the same `Idempotency-Key` each time that the request is sent again. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Something that an operator changes, for a reason. */
export interface Change {
  readonly title: string;
  /** What it does, and to whom. */
  readonly text?: string;
  /** What the button says. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly fields?: readonly FieldSpec[];
  readonly send: (sent: Sent, values: Values) => Promise<Answer<unknown>>;
  /** What is said when it is done. */
  readonly done: string;
  /** Reads what is shown again: it was changed, or was not what one saw. */
  readonly reload: () => void;
  /** What of the answer is shown in the dialog, which stays open for it. */
  readonly show?: (data: unknown) => ReactNode;
}

interface Opened {
  readonly change: Change;
  /** What came of it. */
  readonly result?: ReactNode;
}

const ChangeContext = createContext<(change: Change) => void>(() => undefined);

/** Asks for the reason of a change, for another authentication if need be, and carries it out. */
export function ChangeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [opened, setOpened] = useState<Opened>();
  const announce = useAnnounce();
  const open = useCallback((change: Change) => {
    rememberPlace();
    setOpened({ change });
  }, []);
  const close = useCallback(() => {
    setOpened(undefined);
    returnFocus();
  }, []);
  useClosing(close);
  const finish = (change: Change, data: unknown): void => {
    announce(change.done);
    change.reload();
    const result = change.show?.(data);
    if (result !== undefined) {
      setOpened({ change, result });
    } else {
      // By now another may be open, if this one was cancelled on its way.
      setOpened((now) => (now?.change === change ? undefined : now));
      returnFocus();
    }
  };
  const { change, result } = opened ?? {};
  return (
    <ChangeContext value={open}>
      {children}
      <ModalOverlay
        className="overlay"
        isOpen={opened !== undefined}
        onOpenChange={(isOpen) => isOpen || close()}
      >
        <Modal className="modal">
          <Dialog className="dialog">
            <Heading slot="title">{change?.title}</Heading>
            {change && result === undefined && (
              <ChangeForm
                change={change}
                onDone={(data) => finish(change, data)}
                onCancel={close}
              />
            )}
            {result}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </ChangeContext>
  );
}

/** Opens the dialog of a change. */
export function useChange(): (change: Change) => void {
  return use(ChangeContext);
}

/** After the dialog has given the focus back, if what had it is still there. */
function returnFocus(): void {
  requestAnimationFrame(() => requestAnimationFrame(returnToPlace));
}

/** Closes the dialog when the browser goes to another page, as by its back button. */
function useClosing(close: () => void): void {
  const [location] = useLocation();
  useEffect(() => close, [location, close]);
}
