import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { LeaveRun } from './LeaveRun';
import { effectOf, whiskersOf } from './runs';
import type { Effect, Whisker } from './runs';

type Party = Schemas['ContributionRow'];
const MOODS = { above: 'good', below: 'bad', unclear: 'calm', unknown: 'calm' } as const;

/** What each party adds to the model, with how sure that is; no update is revealed for it. */
export function Contributions({ run }: { readonly run: Schemas['RunDetail'] }) {
  const { t } = useTranslation('federation');
  const mayLeave = useMay('training:write');
  const [leaving, setLeaving] = useState<Party | null>(null);
  const query = useQuery({
    queryKey: ['training', run.name, 'contributions', run.done],
    queryFn: () => take(api.GET('/v1/training/runs/{run}/contributions', { params: { path: { run: run.name } } })),
    meta: { keep: false },
  });
  return (
    <Section title={t('parties.title')} help={<><p>{t('parties.help1')}</p><p>{t('parties.help2')}</p><p>{t('parties.help3')}</p></>}>
      <Asked query={query}>
        {({ parties, reason }) => {
          if (parties.length === 0) return <Empty title={t('parties.none')} hint={t('parties.noneHint')} />;
          const effects = parties.map(effectOf);
          const whiskers = whiskersOf(effects);
          return (
            <div className="stack tight">
              {reason !== '' && <p className="note">{t(`parties.reason.${reason}`, { defaultValue: reason })}</p>}
              <ul className={reason === '' ? 'parties' : 'parties untold'}>
                {parties.map((one, n) => (
                  <Row key={one.org} party={one} effect={effects[n] as Effect} whisker={whiskers[n] ?? null}>
                    {mayLeave && <Button size="small" type="text" onClick={() => setLeaving(one)}>{t('parties.without')}</Button>}
                  </Row>
                ))}
              </ul>
              {reason === '' && <p className="soft small" style={{ margin: 0 }}>{t('parties.key')}</p>}
            </div>
          );
        }}
      </Asked>
      {leaving !== null && <LeaveRun run={run} party={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  );
}

interface RowProps {
  readonly party: Party;
  readonly effect: Effect;
  readonly whisker: Whisker | null;
  readonly children: React.ReactNode;
}

function Row({ party, effect, whisker, children }: RowProps) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const plus = (value: number): string => `${value > 0 ? '+' : ''}${format.fixed(value, 2)}`;
  return (
    <li>
      <span className="party-name">
        <strong>{party.name === '' ? party.org : party.name}</strong>
        <span className="soft small">{t('parties.rounds', { count: party.rounds })} · {party.reason === '' ? t('parties.shared', { share: format.percent(Number(party.shared)) }) : t(`parties.uncounted.${party.reason}`, { defaultValue: party.reason })}</span>
      </span>
      {whisker !== null && (
        <span className="whisker" aria-hidden="true">
          <i style={{ left: `${whisker.left}%`, width: `${whisker.width}%` }} className={effect.says} />
          <b style={{ left: `${whisker.dot}%` }} className={effect.says} />
        </span>
      )}
      {whisker !== null && (
        <span className="party-says">
          <span className="num">{t('parties.effect', { effect: plus(effect.effect), error: format.fixed(effect.error, 2) })}</span>
          <Tag mood={party.harmful ? 'bad' : MOODS[effect.says]}>{t(party.harmful ? 'parties.says.harmful' : `parties.says.${effect.says}`)}</Tag>
        </span>
      )}
      {children}
    </li>
  );
}
