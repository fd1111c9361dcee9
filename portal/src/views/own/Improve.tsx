import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, takeOrNull } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { shareText } from '../../i18n/share';
import { Asked } from '../../ui/Asked';
import { Section } from '../../ui/Section';
import type { Explanation } from '../supplier/queries';
import { cheapestFirst, goalsAbove, pointsNow } from './moves';

/** What to do next: the cheapest moves to the next band, by the policy's own effort table. */
export function Improve({ lei, score }: { readonly lei: string; readonly score: Explanation }) {
  const { t } = useTranslation('own');
  const format = useFormat();
  const policy = useQuery({
    queryKey: ['policy', score.policy],
    queryFn: () => takeOrNull(api.GET('/v1/policies/{name}', { params: { path: { name: score.policy } } })),
    staleTime: 600_000,
  });
  const goals = goalsAbove(pointsNow(score), policy.data?.bands ?? []);
  const [chosen, setChosen] = useState<string | null>(null);
  const target = goals.find((goal) => goal.target === chosen)?.target ?? goals[0]?.target ?? null;
  const path = useQuery({
    queryKey: ['path', lei, target],
    queryFn: () => takeOrNull(api.GET('/v1/suppliers/{lei}/score/path', { params: { path: { lei }, query: { target: target ?? '100' } } })),
    enabled: target !== null,
  });
  return (
    <Section
      title={t('improve.title')}
      help={<p>{t('improve.help')}</p>}
      extra={
        goals.length > 1 && (
          <Segmented
            aria-label={t('improve.goal')}
            size="small"
            value={target ?? ''}
            onChange={setChosen}
            options={goals.map((goal) => ({ value: goal.target, label: t('improve.band', { band: goal.band, points: format.number(goal.target) }) }))}
          />
        )
      }
    >
      {policy.data != null && goals.length === 0 ? (
        <p className="soft">{t('improve.best')}</p>
      ) : (
        <Asked query={path}>
          {(found) =>
            found === null ? (
              <p className="soft">{t('improve.unreachable', { points: format.number(target ?? '') })}</p>
            ) : (
              <>
                <p className="soft small num">{t('improve.summary', { reaches: format.number(found.reaches, 1), effort: found.effort_person_days, days: found.days })}</p>
                <ol className="moves">
                  {cheapestFirst(found.moves).map((move) => {
                    const line = score.lines.find((one) => one.indicator === move.indicator);
                    return (
                      <li key={move.indicator}>
                        <span className="moves-gain serif num">{t('improve.gain', { gain: format.number(move.gain, 1) })}</span>
                        <span>
                          <strong>{line?.title ?? move.indicator}</strong>
                          <span className="num">{line?.present === true ? t('improve.move', { from: shareText(line.share, format), to: shareText(move.to_share, format) }) : t('improve.provide', { to: shareText(move.to_share, format) })}</span>
                          <span className="soft small num">{t('improve.effort', { effort: move.effort_person_days, days: move.days })}</span>
                        </span>
                      </li>
                    );
                  })}
                </ol>
              </>
            )
          }
        </Asked>
      )}
    </Section>
  );
}
