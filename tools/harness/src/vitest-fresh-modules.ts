import { vi } from 'vitest';

// For projects with `isolate: false`, a setup file that gives each test file modules of its own.
// Node, npm's packages and what Vite transformed are there already: half of the time of most files.
vi.resetModules();
