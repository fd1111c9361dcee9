import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { featuresOf } from './spec';

type Deed = 'pause' | 'resume' | 'leave';
const LEAVES = ['keys', 'shares', 'masked', 'receipt'] as const;
const STAYS = ['rows', 'values', 'update', 'secrets'] as const;

/** What leaves our plant and what does not, said literally; and the ways to say no. */
export function Plant() {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const may = useMay('plant:write');
  const query = useQuery({ queryKey: ['training', 'plant'], queryFn: () => take(api.GET('/v1/training/plant')), meta: { keep: false } });
  const act = useMutation({
    mutationFn: (deed: Deed) => take(deed === 'pause' ? api.POST('/v1/training/plant/pause') : deed === 'resume' ? api.POST('/v1/training/plant/resume') : api.POST('/v1/training/plant/leave')),
    onSuccess: (answer) => queries.setQueryData(['training', 'plant'], answer),
  });
  return (
    <Section title={t('plant.title')} help={t('plant.help')}>
      <Asked query={query}>
        {({ plant }) =>
          plant === null ? (
            <Empty title={t('plant.none')} hint={t('plant.noneHint')} />
          ) : (
            <div className="stack">
              <Standing plant={plant} />
              <div className="grid">
                <div><h3 className="small soft">{t('plant.leaves')}</h3><ul>{LEAVES.map((one) => <li key={one}>{t(`plant.gives.${one}`)}</li>)}</ul></div>
                <div><h3 className="small soft">{t('plant.stays')}</h3><ul>{STAYS.map((one) => <li key={one}>{t(`plant.keeps.${one}`)}</li>)}</ul></div>
              </div>
              {may && !plant.left && (
                <div className="row no-print">
                  <Button loading={act.isPending} onClick={() => act.mutate(plant.paused ? 'resume' : 'pause')}>{t(plant.paused ? 'plant.resume' : 'plant.pause')}</Button>
                  <Popconfirm title={t('plant.leaveAsk')} okText={t('plant.leave')} cancelText={t('cancel')} onConfirm={() => act.mutate('leave')}>
                    <Button danger>{t('plant.leave')}</Button>
                  </Popconfirm>
                </div>
              )}
              {act.error !== null && <Failure error={act.error} />}
            </div>
          )
        }
      </Asked>
    </Section>
  );
}

function Standing({ plant }: { readonly plant: Schemas['PlantDetail'] }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const state = plant.left ? 'left' : plant.paused ? 'paused' : 'taking';
  return (
    <div className="stack tight">
      <div className="row tight"><Tag mood={state === 'taking' ? 'good' : 'watch'}>{t(`plant.${state}`)}</Tag><span className="small soft">{t('plant.contributions', { count: plant.given.length })}</span></div>
      <div className="small"><span className="soft">{t('plant.pinned')}</span> <span className="mono">{plant.pinned === '' ? t('plant.unpinned') : `${plant.pinned.slice(0, 18)}…`}</span></div>
      <details>
        <summary className="small soft">{t('plant.features')}</summary>
        <ul className="small">{featuresOf(plant.spec).map(({ name, unit }) => <li key={name}>{unit === '' ? name : `${name} (${unit})`}</li>)}</ul>
      </details>
      <details>
        <summary className="small soft">{t('plant.record')}</summary>
        <ul className="cause-list small">{plant.given.slice(0, 30).map((one) => <li key={`${one.run}/${one.step}`}><span className="mono">{one.run.slice(0, 12)}</span><span className="num">{t('plant.step', { step: format.number(one.step) })}</span></li>)}</ul>
      </details>
    </div>
  );
}
