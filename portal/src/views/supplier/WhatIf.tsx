import { useQuery } from '@tanstack/react-query';
import { Button, Slider } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { shareText } from '../../i18n/share';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useDebounced } from '../../ui/useDebounced';
import type { Explanation } from './queries';
import { moved, position, shareAt, STEPS } from './sliders';

/** Move what goes wrong and see the score: computed by the node with the policy itself, kept nowhere. */
export function WhatIf({ lei, score }: { readonly lei: string; readonly score: Explanation }) {
  const { t } = useTranslation('supplier');
  const format = useFormat();
  const shares = useMemo(() => Object.fromEntries(score.lines.map((line) => [line.indicator, line.share])), [score.lines]);
  const [places, setPlaces] = useState<Readonly<Record<string, number>>>({});
  const asked = useDeferredValue(useDebounced(moved(places, shares), 250));
  const any = Object.keys(asked).length > 0;
  const answer = useQuery({
    queryKey: ['what-if', lei, asked],
    queryFn: () => take(api.POST('/v1/suppliers/{lei}/score/what-if', { params: { path: { lei } }, body: { shares: asked } })),
    enabled: any,
    placeholderData: (before) => before,
    meta: { keep: false },
  });
  const found = any ? answer.data : undefined;
  const change = found === undefined ? 0 : Number(found.after) - Number(found.before);
  return (
    <Section
      title={t('whatIf.title')}
      help={<p>{t('whatIf.help')}</p>}
      extra={
        <Button size="small" disabled={Object.keys(places).length === 0} onClick={() => setPlaces({})}>
          {t('whatIf.reset')}
        </Button>
      }
    >
      <div className="whatif">
        <div className="whatif-result" role="status">
          <span className="serif num">{format.number(found?.after ?? score.points, 1)}</span>
          <span className="soft">{t('whatIf.points')}</span>
          {change !== 0 && <Tag mood={change > 0 ? 'good' : 'bad'}>{t('whatIf.change', { change: `${change > 0 ? '+' : '−'}${format.number(Math.abs(change), 1)}` })}</Tag>}
          {(found?.band ?? score.band) != null && <Tag mood="calm">{t('band', { band: found?.band ?? score.band })}</Tag>}
        </div>
        {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
        {score.lines.map((line) => {
          const place = places[line.indicator] ?? position(line.share);
          const now = found?.lines.find((one) => one.indicator === line.indicator);
          return (
            <div key={line.indicator} className="whatif-line">
              <div className="row apart">
                <span>{line.title}</span>
                <span className="num soft">{t('whatIf.pointsOf', { points: format.number(now?.after ?? line.points, 1), of: format.number(line.of, 1) })}</span>
              </div>
              <Slider
                min={0}
                max={STEPS}
                value={place}
                ariaLabelForHandle={line.title}
                ariaValueTextFormatterForHandle={(at) => shareText(shareAt(at), format)}
                tooltip={{ formatter: (at) => shareText(shareAt(at ?? 0), format) }}
                marks={{ [position(line.share)]: { label: <span className="small soft">{t('whatIf.today')}</span> } }}
                onChange={(at) => setPlaces({ ...places, [line.indicator]: at })}
              />
              <span className="small soft num">{t('whatIf.share', { share: shareText(places[line.indicator] === undefined ? line.share : shareAt(place), format) })}</span>
            </div>
          );
        })}
      </div>
    </Section>
  );
}
