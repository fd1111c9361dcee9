import { Button, Input, Segmented, Slider } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { mayLead, probabilityOf } from './layout';
import type { Words } from './useWords';

interface Props {
  readonly graph: Schemas['GraphView'];
  readonly edge: readonly [string, string] | null;
  readonly choose: (edge: readonly [string, string] | null) => void;
  readonly may: boolean;
  readonly words: Words;
  /** Share of the sampled graphs of a case that have an edge; null where no case is looked at. */
  readonly share: ((cause: string, effect: string) => number) | null;
}
type Saying = 'belief' | 'impossible' | 'withdrawn';

/** One edge: who said what of it and when, and a word of one's own; by keyboard as well as from the canvas. */
export function EdgePanel({ graph, edge, choose, may, words, share }: Props) {
  const { t } = useTranslation('graph');
  const format = useFormat();
  const [cause, setCause] = useState(edge?.[0] ?? null);
  const [effect, setEffect] = useState(edge?.[1] ?? null);
  const [saying, setSaying] = useState<Saying>('belief');
  const [percent, setPercent] = useState(80);
  const [reason, setReason] = useState('');
  const known = graph.edges.find((one) => one.cause === cause && one.effect === effect);
  const options = graph.columns.map(({ name }) => ({ value: name, label: name }));
  const possible = cause !== null && effect !== null && (saying !== 'belief' || mayLead(graph.columns, cause, effect));
  const pick = (from: string | null, to: string | null): void => {
    setCause(from);
    setEffect(to);
    if (from !== null && to !== null) choose([from, to]);
  };
  const send = (): void => {
    if (cause === null || effect === null) return;
    words.say({ cause, effect, saying, probability: saying === 'belief' ? (percent / 100).toFixed(2) : null, reason });
    setReason('');
  };
  return (
    <Section title={t('panel.title')} help={t('panel.help')}>
      <div className="stack tight">
        <label className="stack tight">
          <span className="small soft">{t('panel.cause')}</span>
          <Select showSearch value={cause} options={options} label={t('panel.cause')} onChange={(name) => pick(name, effect)} />
        </label>
        <label className="stack tight">
          <span className="small soft">{t('panel.effect')}</span>
          <Select showSearch value={effect} options={options} label={t('panel.effect')} onChange={(name) => pick(cause, name)} />
        </label>
        {share !== null && cause !== null && effect !== null && <p className="small" role="status" style={{ margin: 0 }}>{t('panel.share', { share: format.percent(share(cause, effect)) })}</p>}
        {known !== undefined && (
          <ul className="said" aria-label={t('panel.history')}>
            {known.history.map((word) => (
              <li key={`${word.at}${word.author}${word.saying}`}>
                <span className="row tight">
                  <Tag mood={word.saying === 'impossible' ? 'bad' : word.saying === 'withdrawn' ? 'calm' : 'info'}>
                    {word.saying === 'belief' ? t('panel.believes', { percent: format.percent(probabilityOf(word.log_odds)) }) : t(`panel.${word.saying}`)}
                  </Tag>
                  <span className="small soft">{`${word.author} · ${format.dateTime(word.at)}`}</span>
                </span>
                <span>{word.reason}</span>
              </li>
            ))}
          </ul>
        )}
        {may && (
          <>
            <Segmented<Saying> aria-label={t('panel.saying')} value={saying} onChange={setSaying} options={(['belief', 'impossible', 'withdrawn'] as const).map((value) => ({ value, label: t(`panel.say.${value}`) }))} />
            {saying === 'belief' && <Slider min={1} max={99} value={percent} onChange={setPercent} ariaLabelForHandle={t('panel.probability')} tooltip={{ formatter: (value) => `${value} %` }} />}
            <Input.TextArea value={reason} maxLength={2_000} autoSize={{ minRows: 2 }} aria-label={t('panel.reason')} placeholder={t('panel.reason')} onChange={(event) => setReason(event.target.value)} />
            {cause !== null && effect !== null && !possible && <span className="small" role="alert">{t('panel.backwards')}</span>}
            <Button type="primary" disabled={!possible || reason.trim() === ''} loading={words.pending} onClick={send}>{t('panel.send')}</Button>
          </>
        )}
      </div>
    </Section>
  );
}
