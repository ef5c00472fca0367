import { createContext, use, useState, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import type { Answer } from '../api.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { ChangeForm } from './change-form.tsx';
import type { FieldSpec, Values } from './change-fields.tsx';

/** Something that an operator changes, for a reason. */
export interface Change {
  readonly title: string;
  /** What it does, and to whom. */
  readonly text?: string;
  /** What the button says. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly fields?: readonly FieldSpec[];
  readonly send: (reason: string, values: Values) => Promise<Answer<unknown>>;
  /** What is said when it is done. */
  readonly done: string;
  readonly onDone: () => void;
  /** What of the answer is shown in the dialog, which stays open for it. */
  readonly show?: (data: unknown) => ReactNode;
}

const ChangeContext = createContext<(change: Change) => void>(() => undefined);

/** Asks for the reason of a change, for another authentication if need be, and carries it out. */
export function ChangeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [change, setChange] = useState<Change>();
  const [shown, setShown] = useState<ReactNode>();
  const announce = useAnnounce();
  const close = (): void => {
    setChange(undefined);
    setShown(undefined);
  };
  const finish = (data: unknown): void => {
    announce(change?.done ?? '');
    change?.onDone();
    const result = change?.show?.(data);
    if (result === undefined) {
      close();
    } else {
      setShown(result);
    }
  };
  return (
    <ChangeContext value={setChange}>
      {children}
      <ModalOverlay
        className="overlay"
        isOpen={change !== undefined}
        onOpenChange={(isOpen) => isOpen || close()}
      >
        <Modal className="modal">
          <Dialog className="dialog">
            <Heading slot="title">{change?.title}</Heading>
            {change && shown === undefined && (
              <ChangeForm change={change} onDone={finish} onCancel={close} />
            )}
            {shown}
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
