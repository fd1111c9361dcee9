import { useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Loading } from '../../ui/Loading';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { panelOption } from './chartOptions';

const Chart = lazy(() => import('../../ui/Chart'));
/** What `spc` says of a chart, by how it begins; anything else is shown as it comes. */
const NOTES = [['few', 'Limits from fewer than 20 points'], ['range', 'Above ten values a range']] as const;
const RULES = ['western-electric', 'nelson', 'nelson-either-side'] as const;

interface Props {
  readonly lei: string;
  readonly of: Schemas['CharacteristicView'];
}

/** One characteristic over time, with its limits and the rules that say "look". */
export function ControlChart({ lei, of }: Props) {
  const { t } = useTranslation('supplier');
  const [rules, setRules] = useState<(typeof RULES)[number]>('western-electric');
  const [values, setValues] = useState(false);
  const mayDisclose = useMay('statements:disclose');
  const query = useQuery({
    queryKey: ['chart', lei, of.part, of.characteristic, of.issuer, rules, values],
    queryFn: () =>
      take(
        api.GET('/v1/suppliers/{lei}/characteristics/chart', {
          params: { path: { lei }, query: { part: of.part, characteristic: of.characteristic, issuer: of.issuer, rules, values } },
        }),
      ),
    staleTime: 60_000,
    meta: { keep: !values },
  });
  return (
    <Section
      title={t('chart.title', { name: of.characteristic })}
      help={<><p>{t('chart.help')}</p><p>{t(`chart.rulesHelp.${rules}`)}</p></>}
      extra={
        <div className="row no-print">
          {mayDisclose && (
            <Checkbox checked={values} onChange={(event) => setValues(event.target.checked)}>
              {t('chart.values')}
            </Checkbox>
          )}
          <Select size="small" label={t('chart.rules')} value={rules} onChange={setRules} options={RULES.map((value) => ({ value, label: t(`chart.rule.${value}`) }))} style={{ minWidth: 200 }} />
        </div>
      }
    >
      <Asked query={query} rows={8}>
        {(chart) => <Panels chart={chart} />}
      </Asked>
    </Section>
  );
}

function Panels({ chart }: { readonly chart: Schemas['ChartView'] }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const options = useMemo(() => {
    const words = {
      upper: t('chart.upper'), lower: t('chart.lower'), centre: t('chart.centre'), specification: t('chart.specification'),
      number: (value: number) => format.number(value, 4),
      point: (number: number) => {
        const point = chart.points[number - 1];
        return point === undefined ? t('chart.point', { number }) : `${format.dateTime(point.occurred)}${point.lot === null ? '' : ` · ${point.lot}`}`;
      },
    };
    return chart.panels.map((panel, n) => panelOption(panel, chart, n === 0, words));
  }, [chart, format, t]);
  return (
    <div className="stack">
      <div className="row tight">
        <Tag mood={chart.in_control ? 'good' : 'watch'}>{t(chart.in_control ? 'chart.inControl' : 'chart.signals', { count: chart.signals.length })}</Tag>
        <span className="soft small">{t(`chart.basis.${chart.basis}`, { count: chart.series })}</span>
        {chart.limits.lower_limit !== null && chart.limits.upper_limit !== null && <span className="soft small num">{t('chart.limits', { lower: chart.limits.lower_limit, upper: chart.limits.upper_limit, unit: chart.unit })}</span>}
      </div>
      <Suspense fallback={<Loading />}>
        {chart.panels.map((panel, n) => (
          <figure key={panel.name} className="chart-panel">
            <figcaption className="soft small">{t(`chart.panel.${panel.name}`, { defaultValue: panel.name })}{chart.unit !== '' && n === 0 && ` (${chart.unit})`}</figcaption>
            <Chart option={options[n] ?? {}} height={n === 0 ? 260 : 150} label={t('chart.label', { name: chart.characteristic, panel: panel.name, count: panel.points.length, lower: format.number(panel.lower, 4), upper: format.number(panel.upper, 4) })} />
          </figure>
        ))}
      </Suspense>
      {chart.signals.length > 0 && (
        <ul className="reasons">
          {chart.signals.slice(0, 12).map((signal, n) => (
            <li key={n}>
              <Tag mood="watch">{t('chart.at', { number: signal.point })}</Tag>
              <span>{t(`signal.${signal.rule}`, { defaultValue: signal.text })}</span>
            </li>
          ))}
        </ul>
      )}
      {chart.notes.map((note) => {
        const known = NOTES.find(([, begins]) => note.startsWith(begins));
        return <p key={note} className="soft small" {...(known === undefined && { lang: 'en' })}>{known === undefined ? note : t(`chart.note.${known[0]}`)}</p>;
      })}
    </div>
  );
}
