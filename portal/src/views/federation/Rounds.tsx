import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Empty } from '../../ui/Empty';
import { Help } from '../../ui/Help';
import { Section } from '../../ui/Section';
import { useNames } from './queries';
import { lossesOf, presenceOf } from './runs';

const FEW = 12;

/** The records that the chain commits to, newest first: who was in, the loss, the privacy spent. */
export function Rounds({ run }: { readonly run: Schemas['RunDetail'] }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const name = useNames();
  const [whole, setWhole] = useState(false);
  const losses = useMemo(() => new Map(lossesOf(run.events).map((one) => [one.round, one])), [run.events]);
  const rows = [...run.records].reverse();
  const shown = whole ? rows : rows.slice(0, FEW);
  const spent = rows[0]?.epsilon ?? '0';
  return (
    <Section title={t('rounds.title')} help={<p>{t('rounds.help')}</p>}>
      {rows.length === 0 ? (
        <Empty title={t('rounds.none')} hint={t('rounds.noneHint')} />
      ) : (
        <div className="stack tight">
          <span className="row tight small">
            <span className="soft">{t('rounds.spent')}</span>
            <span className="num">{spent === '0' ? t('rounds.unbounded') : spent}</span>
            <Help about={t('rounds.spent')}>{t('rounds.spentHelp')}</Help>
          </span>
          <table className="plain-table">
            <thead>
              <tr><th scope="col">{t('rounds.round')}</th><th scope="col">{t('rounds.in')}</th><th scope="col">{t('rounds.loss')}</th><th scope="col">{t('rounds.model')}</th></tr>
            </thead>
            <tbody>
              {shown.map((one) => {
                const present = presenceOf(one);
                const loss = losses.get(one.round);
                return (
                  <tr key={one.round}>
                    <th scope="row" className="num">{one.round}</th>
                    <td>
                      <span className="num">{t('rounds.of', { count: present.in.length, all: one.members.length })}</span>
                      {present.out.length > 0 && <div className="soft small">{t('rounds.without', { names: present.out.map(name).join(t('comma')) })}</div>}
                    </td>
                    <td className="num">{loss === undefined ? '–' : format.fixed(loss.after, 3)}</td>
                    <td className="mono" title={one.model_after}>{one.model_after.slice(0, 8)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {rows.length > FEW && <Button size="small" style={{ alignSelf: 'flex-start' }} onClick={() => setWhole(!whole)} aria-expanded={whole}>{t(whole ? 'rounds.fewer' : 'rounds.all', { count: rows.length })}</Button>}
        </div>
      )}
    </Section>
  );
}
