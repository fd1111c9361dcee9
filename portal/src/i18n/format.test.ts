import { describe, expect, it } from 'vitest';
import { preferred } from '.';
import { buildFormat } from './format';
import { shareText } from './share';

const en = buildFormat('en', 'Asia/Shanghai');
const zh = buildFormat('zh', 'Asia/Shanghai');

describe('formats', () => {
  it('shows points of micro-points, and a dash for what is not there', () => {
    expect(en.points(85_903_600)).toBe('85.9');
    expect(en.change(-1_349_075)).toBe('-1.3');
    expect(en.points(null)).toBe('–');
    expect(en.number('not a number')).toBe('–');
    expect(en.date('never')).toBe('–');
  });

  it('tells dates in the reader’s language and zone', () => {
    expect(en.dateTime('2026-11-26T20:15:00Z')).toBe('27 Nov 2026 04:15 GMT+8');
    expect(zh.dateTime('2026-11-26T20:15:00Z')).toBe('2026年11月27日 04:15 GMT+8');
    expect(zh.month('2026-10')).toBe('2026年10月');
  });

  it('tells ages in words', () => {
    const now = new Date('2026-11-26T12:00:00Z');
    expect(en.relative('2026-11-26T11:58:00Z', now)).toBe('2 minutes ago');
    expect(zh.relative('2026-11-28T12:00:00Z', now)).toBe('后天');
  });

  it('shows small shares in ppm', () => {
    expect(shareText('0.000151217', en)).toBe('151 ppm');
    expect(shareText('0.067334351', en)).toBe('6.73%');
    expect(shareText('0', en)).toBe('0.00%');
  });

  it('takes the language that was chosen, then the browser’s, then English', () => {
    expect(preferred('zh', ['en-GB'])).toBe('zh');
    expect(preferred(null, ['fr-FR', 'zh-TW', 'en'])).toBe('zh');
    expect(preferred(null, ['fr'])).toBe('en');
  });
});
