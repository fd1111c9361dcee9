import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFormat } from '../../i18n/format';
import { realTexts } from '../../testing/texts';
import { wordsOf } from './words';
import type { Change, Voice } from './words';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- documents are read as they are
const policy = (name: string): any => JSON.parse(readFileSync(new URL(`../../../../scoring/policies/${name}.json`, import.meta.url), 'utf8'));
const [FIRST, COMPLAINT] = [policy('first-2026'), policy('complaint-first-2026')];
const voice = (language: string): Voice => ({ t: (key, values = {}) => i18next.t(key, { ...values, lng: language, ns: 'policies' }), format: buildFormat(language) });
const said = (change: Change, language: string) => wordsOf(change, FIRST, COMPLAINT, voice(language));

/** Every entry of a policy, at the places that `scoring/policy_diff.py` gives. */
function* entries(value: unknown, place = ''): Generator<Change> {
  const name = place.split('/').at(-1) ?? '';
  if (name === 'decay' || typeof value !== 'object' || value === null) return yield* name === 'decay' ? [{ place: '/decay/table', after: 24 }, { place: '/decay/half_life', after: 12 }] : [{ place, after: value }];
  for (const [key, item] of Object.entries(value)) {
    if (name === 'curve') yield { place: `${place}/${key}`, after: (item as unknown[])[1] };
    else if (!(key === 'id' && place.startsWith('/indicators/'))) yield* entries(item, `${place}/${key}`);
  }
}

beforeAll(() => realTexts('en'));

describe('a change of a policy in words', () => {
  it('names indicators as the policy does, with values in their units, in both languages', () => {
    const change = { place: '/indicators/0/weight', before: 18_000_000, after: 32_000_000 };
    expect(said(change, 'en')).toEqual({ label: 'Complaint response within 48 hours: weight', before: '18 points', after: '32 points' });
    expect(said(change, 'zh')).toEqual({ label: '投诉 48 小时内响应：权重', before: '18 分', after: '32 分' });
  });

  it('looks for what is gone in the old document', () => {
    const gone = { place: '/indicators/1', before: { weight: 40_000_000 }, after: null };
    expect(said(gone, 'en')).toMatchObject({ label: FIRST['indicators'][1]['title']['en'], before: 'a weight of 40 points', after: null });
  });

  it('tells a point of a curve by the share that goes wrong', () => {
    expect(said({ place: '/indicators/0/curve/1', before: 950_000, after: 900_000 }, 'en')).toEqual({ label: 'Complaint response within 48 hours: utility where 5% goes wrong', before: '0.95', after: '0.9' });
  });

  it.each(['en', 'zh'])('has words for every entry of a published policy (%s)', (language) => {
    const all = [...entries(COMPLAINT)];
    expect(all.length).toBeGreaterThan(150);
    for (const change of all) {
      const { label, after } = said(change, language);
      expect(label, change.place).not.toMatch(/entry\.|option\.|language\.|_|\{\{/);
      expect(after, change.place).not.toMatch(/word\.|unit\.|\{\{/);
      if (language === 'zh') expect(label, change.place).toMatch(/\p{Script=Han}/u);
    }
  });

  it('shows an entry from a later version by its place', () => {
    expect(said({ place: '/appeals/days', before: 3, after: 5 }, 'zh')).toEqual({ label: 'appeals · days', before: '3', after: '5' });
  });
});
