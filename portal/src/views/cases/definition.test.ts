import { describe, expect, it } from 'vitest';
import en from '../../locales/en/cases.json';
import zh from '../../locales/zh/cases.json';
import repair from '../../../../nocode/flows/repair-claim.1.json';
import { fieldsOf, plausible, titleOf, valueOf, wordsOf, statementsOf } from './definition';

const fields = fieldsOf({ definition: repair, case: {}, format: 'credence-case-export/1' });
const field = (name: string) => fields.get(name) ?? expect.fail(`no ${name}`);

describe('definition', () => {
  it('reads the shipped repair flow: types, bounds, titles in both languages', () => {
    expect(field('exposure')).toMatchObject({ type: 'integer', least: 1, most: 1_000_000_000 });
    expect(field('description').longest).toBe(4000);
    expect(titleOf(field('method').title, 'zh', 'method')).toBe('修复验证方法');
    expect(titleOf({}, 'zh', 'method')).toBe('method');
  });

  it('gives values as the node takes them', () => {
    expect(valueOf('integer', ' 12 ')).toBe(12);
    expect(valueOf('digests', 'aa, bb\ncc')).toEqual(['aa', 'bb', 'cc']);
    expect(valueOf('text', '   ')).toBeUndefined();
    expect(valueOf('boolean', 'false')).toBe(false);
    expect(valueOf('decimal', '1.50')).toBe('1.50');
  });

  it('sees what cannot be right', () => {
    expect(plausible(field('exposure'), '0')).toBe(false);
    expect(plausible(field('exposure'), '20')).toBe(true);
    expect(plausible(field('body'), 'NOT-AN-LEI')).toBe(false);
    expect(plausible(field('about'), 'ab'.repeat(32))).toBe(true);
    expect(plausible(field('evidence'), 'xyz')).toBe(false);
  });

  it('knows what the flow calls its states, events and signatures', () => {
    const { states, events } = wordsOf({ definition: repair });
    expect(states.get('draft')?.['zh']).toBe('收集证据');
    expect(events.get('open')?.['en']).toBe('Open a claim');
    expect(events.get('attach')?.['en']).toBe('Attach evidence');
    expect(events.get('co-sign')?.['zh']).toMatch(/会签/);
    expect(wordsOf('nonsense').states.size).toBe(0);
  });

  it('survives a definition that it does not know', () => {
    expect(fieldsOf(null).size).toBe(0);
    expect(fieldsOf({ definition: { fields: { s: { type: 'choice', options: ['a', 'b'] } } } }).get('s')?.choices.map(({ value }) => value)).toEqual(['a', 'b']);
    expect(fieldsOf({ definition: { fields: { x: 3, y: { type: 'hologram' } } } }).get('y')?.type).toBe('hologram');
  });
});

describe('states in the list', () => {
  const flows = Object.entries(import.meta.glob<{ states: Record<string, { title: Record<'en' | 'zh', string> }> }>('../../../../nocode/flows/*.json', { eager: true, import: 'default' }));
  const texts = { en, zh } as unknown as Record<'en' | 'zh', { state: Record<string, Record<string, string>> }>;
  const nameOf = (path: string): string => path.split('/').at(-1)?.split('.')[0] ?? '';
  const newest = new Map(flows.map(([path, flow]) => [nameOf(path), flow]));

  it.each([...newest])('are called as the newest flow calls them: %s', (name, { states }) => {
    for (const [state, { title }] of Object.entries(states)) expect([texts.en.state[name]?.[state], texts.zh.state[name]?.[state]]).toEqual([title.en, title.zh]);
  });

  it('have a name also where an older flow knew them', () => {
    for (const [path, { states }] of flows) for (const state of Object.keys(states)) expect(texts.zh.state[nameOf(path)]).toHaveProperty(state);
  });
});

describe('what the steps of a case became', () => {
  it('is named once each, in the order of the steps; what waits or was refused is nothing yet', () => {
    const [one, other] = ['ab'.repeat(32), 'cd'.repeat(32)];
    const commands = [{ outcome: `submitted ${one}` }, { outcome: 'told' }, { outcome: null }, { outcome: 'refused: submitted' }, { outcome: `submitted ${one} ${other}` }];
    expect(statementsOf(commands)).toEqual([one, other]);
  });
});
