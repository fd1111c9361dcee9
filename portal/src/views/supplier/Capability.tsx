import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { fromEnd } from '../../ui/fromEnd';
import { Section } from '../../ui/Section';
import type { Schemas } from '../../api/client';
import { ControlChart } from './ControlChart';
import { useCharacteristics } from './queries';

type Characteristic = Schemas['CharacteristicView'];
const idOf = (one: Characteristic): string => `${one.issuer}/${one.part}/${one.characteristic}`;

/** Cpk of each key characteristic month by month, and the control chart behind the chosen one. */
export default function Capability({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('supplier');
  const query = useCharacteristics(lei);
  const [chosen, choose] = useState<string | null>(null);
  return (
    <Asked query={query} rows={8}>
      {({ items }) => {
        const shown = items.find((one) => idOf(one) === chosen) ?? items[0];
        if (shown === undefined) return <div className="card"><Empty title={t('capability.none')} hint={t('capability.noneHint')} /></div>;
        return (
          <div className="stack">
            <Section title={t('capability.title')} help={<><p>{t('capability.help', { goal: shown.goal })}</p><p>{t('capability.boundHelp')}</p></>}>
              <Months items={items} shown={shown} onChoose={(one) => choose(idOf(one))} />
            </Section>
            <ControlChart key={idOf(shown)} lei={lei} of={shown} />
          </div>
        );
      }}
    </Asked>
  );
}

interface MonthsProps {
  readonly items: readonly Characteristic[];
  readonly shown: Characteristic;
  readonly onChoose: (one: Characteristic) => void;
}

function Months({ items, shown, onChoose }: MonthsProps) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const months = [...new Set(items.flatMap((one) => one.months.map(({ month }) => month)))].sort().slice(-12);
  return (
    <div className="scroll-x" ref={fromEnd}>
      <table className="plain-table months">
        <thead>
          <tr>
            <th scope="col">{t('capability.characteristic')}</th>
            {months.map((month) => (
              <th key={month} scope="col">{format.month(month)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={idOf(one)} className={one === shown ? 'chosen' : ''}>
              <th scope="row">
                <button type="button" className="link" aria-pressed={one === shown} onClick={() => onChoose(one)}>
                  {one.characteristic}
                </button>
                <span className="soft small">{t('capability.part', { part: one.part, goal: one.goal })}</span>
              </th>
              {months.map((month) => {
                const found = one.months.find((entry) => entry.month === month);
                const mood = found?.cpk == null ? 'none' : found.meets_goal ? 'good' : 'bad';
                return (
                  <td key={month} className={`num month ${mood}`} title={found?.low == null ? t('capability.missing') : t('capability.interval', { low: found.low, high: found.high, n: found.n })}>
                    {found?.cpk == null ? '–' : format.fixed(found.cpk, 2)}
                    {mood === 'bad' && <span className="hidden-label">{t('capability.below')}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
