import { vi } from 'vitest';

// A setup file for projects with `isolate: false`: each test file gets modules of its own, and none of
// what an earlier one put in place of something. Node, npm's packages and what Vite transformed are
// there already, which saves half the time of most files.
vi.resetModules();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
vi.useRealTimers();
