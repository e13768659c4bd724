import { setPriority } from 'node:os';
import { defineConfig } from 'vitest/config';

// Recognition and live calls run behind everything of normal priority, as src/priority.ts has it. Beside the tests of
// another worker they would hardly run at all, so the tests step further back.
setPriority(10);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Models are loaded and real Homebridges started: generous, for slow machines; nothing is asserted on time.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // One more than vitest would take on two cores: half the tests wait for other processes.
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
