// axe-core in the page: no serious fault may stand on any screen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };

/** Faults that keep people out, as `rule: where`, on the whole page or within one part of it. */
export async function axe(page, within = null) {
  await page.evaluate(source);
  const { violations } = await page.evaluate(([rules, part]) => globalThis.axe.run(part ?? document, rules), [RULES, within]);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} (${failureSummary?.split('\n').slice(1, 3).join('; ').trim()})`));
}
