import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, takeOrNull } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { FigureCell } from './FigureCell';
import { PathGraph } from './PathGraph';
import { causesOf, onsetOf, reliabilityOf, said } from './read';

const MOST = 6;

/** Ranked causes; the three figures of each stand apart. */
export function Explanation({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t } = useTranslation('cause');
  const format = useFormat();
  const explanation = found.explanation;
  const causes = causesOf(explanation);
  const [drawn, draw] = useState('');
  const shown = causes.find(({ name }) => name === drawn) ?? causes[0];
  const graph = useQuery({ queryKey: ['causes', 'graph', found.line], queryFn: () => takeOrNull(api.GET('/v1/causes/graphs', { params: { query: { line: found.line } } })), meta: { keep: false } });
  const onset = onsetOf(explanation);
  const named = said(explanation, 'names_cause');
  const departure = format.number(String(said(explanation, 'departure') ?? ''), 3);
  const began = onset.low === '' ? t('why.lots', { low: onset.lowRow, high: onset.highRow }) : t('why.between', { low: format.dateTime(onset.low), high: format.dateTime(onset.high) });
  return (
    <Section
      title={t('why.title')}
      help={<><p>{t('why.helpPath')}</p><p>{t('why.helpChanged')}</p><p>{t('why.helpExplains')}</p><p>{t('why.helpTwins')}</p></>}
      extra={named === true ? <Tag mood="good">{t('why.named')}</Tag> : <Tag mood="watch">{t(named === false ? 'why.unnamed' : 'why.cannotTell')}</Tag>}
    >
      <p style={{ marginTop: 0 }}>{t('why.summary', { departure, unit: found.unit, began })}</p>
      <table className="cause-table">
        <thead>
          <tr>
            <th>{t('why.cause')}</th>
            <th>{t('why.path')}</th>
            <th>{t('why.changed')}</th>
            <th>{t('why.explains')}</th>
            <th>{t('why.part', { unit: found.unit })}</th>
          </tr>
        </thead>
        <tbody>
          {causes.slice(0, MOST).map((cause) => (
            <tr key={cause.name}>
              <td className="wide">
                <button type="button" className="cause-name" aria-pressed={cause.name === shown?.name} title={t('why.draw')} onClick={() => draw(cause.name)}>{`${cause.rank}. ${cause.name}`}</button> {cause.source !== '' && <span className="soft small">{cause.source}</span>}
                {cause.paths[0] !== undefined && (
                  <div className="cause-path">
                    {cause.paths[0].steps.map((step, n) => (
                      <span key={step}>{n > 0 && <span aria-hidden="true">→ </span>}<b>{step}</b></span>
                    ))}
                    <span className="num">{cause.paths[0].stated.probability === null ? t('why.cannotSay') : format.percent(cause.paths[0].stated.probability, 1)}</span>
                  </div>
                )}
              </td>
              <td className="figure" data-label={t('why.path')}><FigureCell figure={cause.path} /></td>
              <td className="figure" data-label={t('why.changed')}><FigureCell figure={cause.changed} /></td>
              <td className="figure" data-label={t('why.explains')}><FigureCell figure={cause.explains} /></td>
              <td className="num" data-label={t('why.part', { unit: found.unit })}>{format.number(cause.part, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown !== undefined && <PathGraph found={found} cause={shown} graph={graph.data ?? null} />}
      <details style={{ marginTop: 14 }}>
        <summary className="soft small">{t('why.reliability')}</summary>
        <p className="soft small">{t('why.reliabilityHelp', { twins: String(said(explanation, 'twins') ?? '') })}</p>
        <table className="plain-table" style={{ maxWidth: 520 }}>
          <thead><tr><th>{t('why.raw')}</th><th>{t('why.rate')}</th><th>{t('why.statements')}</th></tr></thead>
          <tbody>
            {reliabilityOf(explanation).map((bin) => (
              <tr key={bin.from}>
                <th className="num">{`${format.percent(bin.from, 1)} – ${format.percent(bin.to, 1)}`}</th>
                <td className="num">{bin.rate === null ? t('why.cannotSay') : format.percent(bin.rate, 1)}</td>
                <td className="num">{format.number(bin.statements)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}
