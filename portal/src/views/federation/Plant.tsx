import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { LeavePlant } from './LeavePlant';
import { LeftReport } from './LeftReport';
import { specOf } from './spec';

interface Props {
  readonly query: UseQueryResult<Schemas['PlantAnswer']>;
  readonly runs: readonly Schemas['RunRow'][];
  /** Whether this node looks after the federation: then leaving trains its runs again at once. */
  readonly steward: boolean;
}

/** Our plant's part in the federation, and the ways to say no. */
export function Plant({ query, runs, steward }: Props) {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const may = useMay('plant:write');
  const [asking, setAsking] = useState(false);
  const [left, setLeft] = useState<readonly Schemas['LeftView'][] | null>(null);
  const act = useMutation({
    mutationFn: (pause: boolean) => take(pause ? api.POST('/v1/training/plant/pause') : api.POST('/v1/training/plant/resume')),
    onSuccess: (answer) => queries.setQueryData(['training', 'plant'], answer),
  });
  return (
    <Section title={t('plant.title')} help={<p>{t('plant.help')}</p>}>
      <Asked query={query}>
        {({ plant }) => {
          if (plant === null) return <Empty title={t('plant.none')} hint={t('plant.noneHint')} />;
          const state = plant.left ? 'left' : plant.paused ? 'paused' : 'taking';
          const spec = specOf(plant.spec);
          return (
            <div className="stack tight">
              <div className="row tight">
                <Tag mood={state === 'taking' ? 'good' : 'watch'}>{t(`plant.${state}`)}</Tag>
                <span className="small soft">{t('plant.contributions', { count: plant.given.length })}</span>
              </div>
              <p style={{ margin: 0 }}>{t(`plant.means.${state}`)}</p>
              {spec.name !== '' && <div className="small"><span className="soft">{t('plant.spec')}</span> {t('plant.specOf', { name: spec.name, version: spec.version })}</div>}
              <div className="small"><span className="soft">{t('plant.server')}</span> <span className="mono">{plant.superlink}</span></div>
              {may && !plant.left && (
                <div className="row no-print">
                  <Button loading={act.isPending} onClick={() => act.mutate(!plant.paused)}>{t(plant.paused ? 'plant.resume' : 'plant.pause')}</Button>
                  <Button danger onClick={() => setAsking(true)}>{t('plant.leave')}</Button>
                </div>
              )}
              {act.error !== null && <Failure error={act.error} />}
              {left !== null && (left.length > 0 ? <LeftReport lefts={left} /> : <p className="note">{t('leave.elsewhereDone')}</p>)}
              {asking && <LeavePlant org={plant.org} runs={runs} steward={steward} onClose={() => setAsking(false)} onLeft={setLeft} />}
            </div>
          );
        }}
      </Asked>
    </Section>
  );
}
