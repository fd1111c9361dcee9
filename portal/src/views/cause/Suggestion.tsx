import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { changesOf, forecastOf, notesOf } from './read';
import { Release } from './Release';
import { WhatIf } from './WhatIf';

/** What to set, what that should do, and the way to release: two engineers who did not write it. */
export function Suggestion({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t } = useTranslation(['cause', 'causes']);
  const format = useFormat();
  const queries = useQueryClient();
  const may = useMay('causes:write') && ['explained', 'suggested'].includes(found.state);
  const mayRelease = useMay('cases:write') && found.state === 'suggested';
  const [measure, setMeasure] = useState<'cpk' | 'yield'>('cpk');
  const ask = useMutation({
    mutationFn: () => take(api.POST('/v1/causes/cases/{case}/suggestions', { params: { path: { case: found.id } }, body: { measure, costs: {} } })),
    onSuccess: (detail) => queries.setQueryData(['causes', 'case', found.id], detail),
  });
  const changes = changesOf(found.suggestion);
  const forecast = forecastOf(found.suggestion);
  const share = (value: number): string => (forecast.measure === 'yield' ? format.percent(value, 1) : format.number(value, 2));
  return (
    <Section
      title={t('suggest.title')}
      help={t('suggest.help')}
      extra={
        may && (
          <div className="row tight no-print">
            <Segmented size="small" aria-label={t('suggest.measure')} value={measure} onChange={setMeasure} options={[{ value: 'cpk', label: 'Cpk' }, { value: 'yield', label: t('suggest.yield') }]} />
            <Button size="small" type={found.suggestion === null ? 'primary' : 'default'} loading={ask.isPending} onClick={() => ask.mutate()}>{t(found.suggestion === null ? 'suggest.ask' : 'suggest.again')}</Button>
          </div>
        )
      }
    >
      <div className="stack">
        {ask.error !== null && <Failure error={ask.error} />}
        {found.suggestion === null && <p className="soft" style={{ margin: 0 }}>{t('suggest.none')}</p>}
        {changes.map((change) => (
          <div key={change.column} className="stack tight">
            <div className="change">
              <strong>{change.column}</strong>
              <span className="from num">{`${change.present} ${change.unit}`}</span>
              <span aria-hidden="true">→</span>
              <span className="to num">{`${change.proposed} ${change.unit}`}</span>
            </div>
            {mayRelease && <Release found={found} change={change} />}
          </div>
        ))}
        {found.suggestion !== null && changes.length === 0 && <p style={{ margin: 0 }}>{t('suggest.nothing')}</p>}
        {changes.length > 0 && (
          <p style={{ margin: 0 }}>
            {t('suggest.forecast', { measure: forecast.measure === 'yield' ? t('suggest.yield') : 'Cpk', before: share(forecast.before), expected: share(forecast.expected), low: share(forecast.low), high: share(forecast.high) })}
          </p>
        )}
        {notesOf(found.suggestion).map((note) => <p key={note} className="soft small" lang="en" style={{ margin: 0 }}>{note}</p>)}
        {['explained', 'suggested', 'in-release', 'applied'].includes(found.state) && <WhatIf found={found} />}
      </div>
    </Section>
  );
}
