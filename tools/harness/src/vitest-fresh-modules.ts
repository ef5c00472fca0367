import { vi } from 'vitest';

// A setup file for projects with `isolate: false`: each test file gets modules of its own, and none of
// an earlier one's stubs and fake timers. What a file sets in `process.env` and on `globalThis` without
// vitest, or registers with `vi.doMock` and never imports, it has to undo. Node, npm's packages and what
// Vite transformed are there already, which saves half the time of most files.
vi.resetModules();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
vi.useRealTimers();
