import { afterEach } from 'vitest';

// Only where there is a page to clean up: loading the library costs more than most tests.
if (typeof document !== 'undefined') {
  const { cleanup } = await import('@testing-library/react');
  afterEach(cleanup);
}
