import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLIENT_PARTS } from './pinned';
import { specOf } from './spec';

const source = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

describe('the agreed spec', () => {
  it('is read as the plants agreed on it', () => {
    const spec = specOf(JSON.parse(source('federated/specs/milling-failure.json')) as Record<string, unknown>);
    expect([spec.name, spec.version, spec.label]).toEqual(['milling-failure', '1', 'machine-failure']);
    expect(spec.columns[3]).toEqual({ name: 'torque', unit: 'N.m', low: '0', high: '150' });
    expect(spec.features.find(({ name }) => name === 'strain')?.of).toEqual(['torque', 'tool-wear']);
  });

  it('is empty where nothing was agreed, and lets be what it does not know', () => {
    expect(specOf({})).toEqual({ name: '', version: '', label: '', columns: [], features: [] });
    expect(specOf({ columns: [null, { unit: 'K' }, { name: 'wear', unit: '1' }], features: 'none' })).toMatchObject({ columns: [{ name: 'wear', unit: '' }], features: [] });
  });
});

describe('the pinned code', () => {
  it('is the code that federated/pin.py hashes, in its order', () => {
    const parts = /^PARTS: Final = \(([^)]*)\)/m.exec(source('federated/pin.py'))?.[1] ?? '';
    expect([...parts.matchAll(/"([^"]+)"/g)].map(([, name]) => name)).toEqual(CLIENT_PARTS.map(({ path }) => path));
  });
});
