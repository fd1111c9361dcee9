import { describe, expect, it } from 'vitest';
import { allowed, home, offered, VIEWS } from '../app/routes';
import type { Who } from '../api/session';
import { linesBeside } from './compare/beside';
import { sorted } from './governance/findings';
import { modelCardOf } from './governance/modelCard';
import { cheapestFirst, goalsAbove, pointsNow } from './own/moves';
import { dryRunOf } from './policies/dryRun';
import { dutiesOf, lastMonth } from './sharing/duties';

const who = (roles: string[], permissions: string[]): Who => ({ id: 'u', name: 'u', via: 'session', roles, permissions, must_change_password: false, csrf: null, ends: null }) as Who;
const line = (indicator: string, points: string, of = '40', present = true) => ({ indicator, title: indicator, observed: '', share: '0', present, points, low: points, high: points, of, contribution: '0' });

describe('routes', () => {
  it('offer a person what their role needs and the node would allow', () => {
    const buyer = who(['purchaser'], ['self', 'scores:read', 'cases:read']);
    const keys = VIEWS.filter((view) => offered(buyer, view)).map(({ key }) => key);
    expect(keys).toContain('suppliers');
    expect(keys).not.toContain('people');
    expect(keys).not.toContain('members');
    expect(home(buyer)).toBe('/suppliers');
    const maker = who(['supplier-quality'], ['scores:read']);
    const own = VIEWS.find(({ key }) => key === 'own-score');
    expect(own && [offered(maker, own), offered(maker, own, ['supplier']), offered(maker, own, ['purchaser'])]).toEqual([true, true, false]);
  });

  it('begin where the one thing of a role is, and end nobody in nothing', () => {
    expect(home(who(['supplier-quality'], ['scores:read', 'imports:write']))).toBe('/own-score');
    expect(home(who(['operator'], ['imports:write', 'scores:read']))).toBe('/upload');
    expect(home(who([], []))).toBe('/account');
  });

  it('have one path and one key each', () => {
    expect(new Set(VIEWS.map(({ path }) => path)).size).toBe(VIEWS.length);
    expect(new Set(VIEWS.map(({ key }) => key)).size).toBe(VIEWS.length);
    expect(VIEWS.every((view) => !allowed(who([], []), view))).toBe(true);
  });
});

describe('room for improvement', () => {
  const move = (indicator: string, gain: string, effort: number) => ({ indicator, to_share: '0', effort_person_days: effort, days: 30, gain });
  it('puts most points for a day of work first', () => {
    expect(cheapestFirst([move('a', '7.5', 100), move('b', '20.0', 20), move('c', '1', 0)]).map(({ indicator }) => indicator)).toEqual(['c', 'b', 'a']);
  });
  it('aims at the bands above today, nearest first', () => {
    const bands = [{ name: 'A', floor: '90' }, { name: 'B', floor: '80' }, { name: 'E', floor: '0' }];
    expect(goalsAbove(64.3, bands).map(({ band }) => band)).toEqual(['B', 'A']);
    expect(pointsNow({ points: null, lines: [line('a', '39.4'), line('b', '5', '25', false)] })).toBeCloseTo(39.4);
  });
});

describe('compare', () => {
  it('lays indicators of different policies beside each other and names the best only when alone', () => {
    const beside = linesBeside([{ lines: [line('a', '30'), line('b', '5', '10')] }, { lines: [line('a', '20')] }, { lines: [line('b', '5', '10')] }]);
    expect(beside.map(({ indicator, best }) => [indicator, best])).toEqual([['a', 0], ['b', null]]);
    expect(beside[1]?.cells[1]).toBeNull();
  });
});

describe('duties', () => {
  const complete = { subject: 'L', statements: 5, anchored: 4, complete: false, months: [], doubles: [], gaps: [{ issuer: 'L', subject: 'L', kind: 'delivery', first: 3, last: 4 }, { issuer: 'OTHER', subject: 'L', kind: 'delivery', first: 1, last: 1 }] } as Parameters<typeof dutiesOf>[1];
  const measured = [{ part: 'P', characteristic: 'bore', unit: 'mm', issuer: 'L', sigma: '', goal: '', months: [{ month: '2026-08', n: 5, cpk: null, low: null, high: null, meets_goal: false }] }];
  it('names our own gaps, what waits, and a month that was skipped', () => {
    const found = dutiesOf('L', complete, measured, new Date('2026-11-03T00:00:00Z'));
    expect(found.map(({ kind, detail }) => [kind, detail])).toEqual([['gap', '3–4'], ['waiting', ''], ['month', '2026-10']]);
    expect(lastMonth(new Date('2026-01-15T00:00:00Z'))).toBe('2025-12');
  });
});

describe('findings', () => {
  const finding = (check: string, grouping: string, about: string) => ({ check, grouping, about, value_ppm: 12, stop: false });
  it('go to drift or to equal treatment, too few with them', () => {
    const all = [finding('drift', '', 'score'), finding('bias', 'commodity', 'cells'), finding('too-few', 'commodity', 'boards'), finding('too-few', '', 'score')];
    expect(sorted(all, 'drift')).toEqual({ real: [all[0]], few: [all[3]] });
    expect(sorted(all, 'bias')).toEqual({ real: [all[1]], few: [all[2]] });
  });
});

describe('documents of the node', () => {
  it('reads a dry run: crossings first, then whom it costs most', () => {
    const row = (subject: string, change: number, crossing: string) => ({ subject, change, crossing, before: { points: 1 }, after: { points: 1 + change } });
    const found = dryRunOf({ rows: [row('a', 5, 'none'), row('b', -9, 'none'), row('c', 1, 'gains-eligibility')], refused: [{ subject: 'd', reason: 'r' }], summary: { before: { eligible: 1 }, after: { eligible: 2 } } });
    expect(found.rows.map(({ subject }) => subject)).toEqual(['c', 'b', 'a']);
    expect(found).toMatchObject({ eligibleBefore: 1, eligibleAfter: 2, refused: [{ subject: 'd', reason: 'r' }] });
    expect(dryRunOf('nonsense').rows).toEqual([]);
  });
  it('reads a model card', () => {
    const card = modelCardOf({ limits: ['x', 3], governance: [{ check: 'drift', rule: 'r' }], interval: { confidence_ppm: 900000, coverage: { figures: [{ evidence: 'thin', held_per_mille: 902 }] } } });
    expect(card).toEqual({ limits: ['x'], checks: [{ check: 'drift', rule: 'r' }], coverage: [{ evidence: 'thin', held: 0.902 }], confidence: 0.9 });
  });
});
