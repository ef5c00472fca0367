import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig(({ command }) => {
  if (command === 'build') {
    // Also where tests build it, which have an environment of their own.
    process.env['NODE_ENV'] = 'production';
  }
  return {
    root: import.meta.dirname,
    base: '/console/',
    resolve: { conditions: ['@org/source', 'module', 'browser', 'development|production'] },
    plugins: [react()],
    build: {
      // The policy allows no data: addresses.
      assetsInlineLimit: 0,
      // It would add a script of its own for browsers that the console does not support.
      modulePreload: { polyfill: false },
    },
    server: { proxy: { '/api': 'http://localhost:8080' } },
  };
});
