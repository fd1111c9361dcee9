import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import en from '../../locales/en/models.json';
import { barsOf, differencesOf, figuresOf, fraction, headingsOf, hex64, monthsBefore, movedOf, namesOf, newestDrift, partsOf, reasonOf, standingOf, unitText } from './read';

const source = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

describe('a model', () => {
  it('is released without counting when something hinders it', () => {
    expect(standingOf({ state: 'released', counting: false })).toBe('silent');
    expect(standingOf({ state: 'released', counting: true })).toBe('counting');
    expect(standingOf({ state: 'stopped', counting: false })).toBe('stopped');
    expect(standingOf({ state: 'trial', counting: false })).toBe('trial');
  });

  it('says why in two halves, the second of which may hold colons', () => {
    expect(reasonOf('drift:vibration:rms:30s')).toEqual({ word: 'drift', about: 'vibration:rms:30s' });
    expect(reasonOf('expired')).toEqual({ word: 'expired', about: '' });
  });

  it('has words for every reason that scoring gives', () => {
    const given = [...source('scoring/process_risk.py').matchAll(/f"([a-z-]+):\{/g)].map(([, word]) => word);
    expect(given).toContain('too-few-parts');
    expect(given.filter((word) => !(String(word) in en.reason))).toEqual([]);
  });
});

describe('drift', () => {
  it('is watched and stopped from the marks on, and a model may have a limit of its own', () => {
    expect([99_999, 100_000, 249_999, 250_000].map((one) => movedOf(one))).toEqual(['steady', 'watch', 'watch', 'stop']);
    expect(movedOf(60_000, 50_000)).toBe('stop');
  });

  it('stands on one scale, the furthest moved first, with both marks inside', () => {
    const { rows, marks } = barsOf({ wear: 20_000, torque: 700_000, power: 20_000 });
    expect(rows.map(({ name, width }) => [name, width])).toEqual([['torque', 100], ['power', 2.86], ['wear', 2.86]]);
    expect(marks.stop).toBeCloseTo(35.71);
    expect(barsOf({ heat: 4_960_000, force: 30_000 })).toMatchObject({ rows: [{ width: 100 }, { width: 4 }], marks: { watch: 13.33, stop: 33.33 } });
    expect(barsOf({}).marks.stop).toBeCloseTo(71.43);
  });

  it('is that of the newest look that has any', () => {
    expect(newestDrift([{ drift: {} }, { drift: { torque: 3 } }, { drift: { torque: 9 } }])).toEqual({ drift: { torque: 3 } });
    expect(newestDrift([])).toBeNull();
  });
});

describe('an index', () => {
  it('is made of exact fractions, shown as numbers, the largest part first', () => {
    expect(fraction('-123/7')).toBeCloseTo(-17.571);
    expect(fraction('0x1')).toBeNaN();
    expect(partsOf({ a: '1/2', b: '-40', c: 'nonsense' }).map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('is asked for months that are over', () => {
    expect(monthsBefore(new Date('2026-01-31T23:30:00Z'), 3)).toEqual(['2025-12', '2025-11', '2025-10']);
  });

  it('is shown with units as people write them', () => {
    expect(['1', '{count}/min', 'N.m', 'Cel'].map(unitText)).toEqual(['', '1/min', 'N·m', '°C']);
  });

  it('needs headings with units', () => {
    expect(headingsOf([{ name: 'torque', unit: 'N.m' }, { name: 'tool-wear', unit: 'min' }])).toBe('torque [N.m],tool-wear [min]');
  });
});

describe('what people type', () => {
  it('is a figure a line, or refused as a whole', () => {
    expect(figuresOf('auc = 0.91\n\nf1=0.68')).toEqual(['auc=0.91', 'f1=0.68']);
    expect(figuresOf('auc=good')).toBeNull();
    expect(figuresOf('')).toEqual([]);
  });

  it('names lines once each', () => {
    expect(namesOf('L1, L2，L1\n L3 ')).toEqual(['L1', 'L2', 'L3']);
  });

  it('is a digest with 64 digits, whatever its prefix', () => {
    expect([hex64('0x' + 'ab'.repeat(32)), hex64('ab'.repeat(32)), hex64('ab')]).toEqual([true, true, false]);
  });
});

describe('a refusal', () => {
  it('lists what differs from the chain, in words of the reader', () => {
    const found = differencesOf("run ab12 does not agree with the chain: the chain holds 9 rounds, the run has 10; round 3: another record and sum of weights than the chain's; something new");
    expect(found.map(({ key, values, fields }) => [key, values, fields])).toEqual([
      ['count', { chain: '9', run: '10' }, []],
      ['round', { round: '3' }, ['record', 'sum of weights']],
      ['', {}, []],
    ]);
  });

  it('has words for every field that the node compares', () => {
    const table = source('node/services/process_risk/provenance.py').split('_FIELDS')[1]?.split('# fmt')[0] ?? '';
    const named = [...table.matchAll(/\("\w+", "([^"]+)"\)/g)].map(([, word]) => word);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((word) => !(String(word) in en.field))).toEqual([]);
  });
});
