import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';

import { App } from './app.tsx';
import { SessionProvider } from './session.tsx';
import { AnnouncerProvider } from './ui/announcer.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Router base="/console">
        <AnnouncerProvider>
          <SessionProvider>
            <App />
          </SessionProvider>
        </AnnouncerProvider>
      </Router>
    </StrictMode>,
  );
}
