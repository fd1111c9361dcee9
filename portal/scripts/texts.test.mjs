import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSource, checkTexts, parity } from './texts.mjs';

const keys = (...all) => new Set(all);
const locales = { zh: { demo: keys('a') }, en: { demo: keys('a') } };

describe('texts', () => {
  it('finds text in elements and in attributes that people read, in either language', () => {
    const faults = checkSource('x.tsx', `export const X = () => <p title="Hello you">Some words{'好的'}</p>;`, locales);
    expect(faults).toHaveLength(3);
  });

  it('lets code, class names and signs be', () => {
    expect(checkSource('x.tsx', `const s = 'not text'; export const X = () => <p className="big row">·<b>{s}</b></p>;`, locales)).toEqual([]);
  });

  it('finds keys that no language file has, by the function that asks', () => {
    const source = `function A() { const { t } = useTranslation('demo'); return t('a') + t('b') + t('other:c'); }\nfunction B() { const { t } = useTranslation('none'); return t('a'); }`;
    expect(checkSource('x.tsx', source, locales).map((fault) => fault.split(' ').slice(1).join(' '))).toEqual([
      'no text demo:b in zh', 'no text demo:b in en', 'no text other:c in zh', 'no text other:c in en', 'no text none:a in zh', 'no text none:a in en',
    ]);
  });

  it('finds keys that only one language has', () => {
    expect(parity({ zh: { v: keys('a') }, en: { v: keys('a', 'b') } })).toEqual(['locales/zh/v.json: no b']);
  });

  it('finds nothing in this page', async () => {
    expect(await checkTexts(join(import.meta.dirname, '../src'))).toEqual([]);
  });
});
