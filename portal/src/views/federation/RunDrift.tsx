import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { DriftBars } from '../models/DriftBars';

const MOODS: Readonly<Record<string, 'good' | 'watch' | 'bad' | 'calm'>> = { steady: 'good', watch: 'watch', stop: 'bad', unknown: 'calm' };

/** How far the data of all plants together moved while the run was trained, from securely summed counts. */
export function RunDrift({ run }: { readonly run: Schemas['RunDetail'] }) {
  const { t } = useTranslation('federation');
  const query = useQuery({
    queryKey: ['training', run.name, 'drift', run.done],
    queryFn: () => take(api.GET('/v1/training/runs/{run}/drift', { params: { path: { run: run.name } } })),
    meta: { keep: false },
  });
  const found = query.data;
  return (
    <Section
      title={t('drift.title')}
      help={<><p>{t('drift.help1')}</p><p>{t('drift.help2')}</p></>}
      extra={found !== undefined && <Tag mood={MOODS[found.state] ?? 'calm'}>{t(`drift.state.${found.state}`, { defaultValue: found.state })}</Tag>}
    >
      <Asked query={query}>
        {({ features, before, after, reason }) =>
          features.length === 0 ? (
            <Empty title={t('drift.none')} hint={t(`drift.reason.${reason}`, { defaultValue: reason === '' ? t('drift.reason.not-counted') : reason })} />
          ) : (
            <>
              <p className="soft small" style={{ marginTop: 0 }}>{t('drift.between', { before, after })}</p>
              <DriftBars drift={Object.fromEntries(features.map((one) => [one.feature, one.index]))} />
            </>
          )
        }
      </Asked>
    </Section>
  );
}
