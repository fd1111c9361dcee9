import { describe, expect, it } from 'vitest';
import { featuresOf } from './spec';

describe('agreed features', () => {
  it('are named with their units, whatever else the file says', () => {
    expect(featuresOf({ features: [{ name: 'torque', unit: 'N.m', low: '0' }, { name: 'wear', unit: '1' }, { unit: 'K' }, null] })).toEqual([
      { name: 'torque', unit: 'N.m' },
      { name: 'wear', unit: '' },
    ]);
    expect(featuresOf({})).toEqual([]);
  });
});
