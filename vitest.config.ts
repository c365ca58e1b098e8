import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // one more than the cores that it is made for: rehearsals mostly wait
    maxWorkers: 3,
    pool: 'forks',
    // nothing in the house keeps state in a module, so files may share what is loaded
    isolate: false,
  },
});
