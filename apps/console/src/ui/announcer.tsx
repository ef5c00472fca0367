import { createContext, use, useCallback, useState, type ReactNode } from 'react';

const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

/** Shows what was done, and has screen readers say it, even over a dialog. */
export function AnnouncerProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [{ text, count }, setSaid] = useState({ text: '', count: 0 });
  const announce = useCallback(
    (said: string) => setSaid((before) => ({ text: said, count: before.count + 1 })),
    [],
  );
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div
        role="status"
        data-react-aria-top-layer="true"
        className={text === '' ? 'status empty' : 'status'}
      >
        {/* A new element each time: what is said twice is heard twice. */}
        <span key={count}>{text}</span>
        {text !== '' && (
          <button type="button" className="plain" onClick={() => announce('')}>
            Hide
          </button>
        )}
      </div>
    </AnnouncerContext>
  );
}

export function useAnnounce(): (text: string) => void {
  return use(AnnouncerContext);
}
