import { createContext, use, useCallback, useState, type ReactNode } from 'react';

const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

/** Shows what was done, and has screen readers say it. */
export function AnnouncerProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [text, setText] = useState('');
  const announce = useCallback((said: string) => setText(said), []);
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div role="status" className={text === '' ? 'status empty' : 'status'}>
        {text}
        {text !== '' && (
          <button type="button" className="plain" onClick={() => setText('')}>
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
