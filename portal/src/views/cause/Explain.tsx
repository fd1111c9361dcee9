import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress, Switch } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take, takeOrNull } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { useDraft } from '../../ui/useDraft';

type Where = Record<string, string[]>;
const EVERYTHING: Where = {};

/** Which lots are meant, what they are held against, and the question itself; long answers show how far they are. */
export function Explain({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t } = useTranslation('cause');
  const queries = useQueryClient();
  const may = useMay('causes:write') && ['open', 'explained', 'suggested'].includes(found.state);
  const [where, setWhere] = useDraft<Where>(`cause/${found.id}/where`, EVERYTHING);
  const [others, setOthers] = useState(false);
  const [job, setJob] = useDraft<string>(`cause/${found.id}/job`, '');
  const tables = useQuery({ queryKey: ['causes', 'tables'], queryFn: () => take(api.GET('/v1/causes/tables', { params: { query: { limit: 500 } } })), meta: { keep: false } });
  const graph = useQuery({ queryKey: ['causes', 'graph', found.line], queryFn: () => takeOrNull(api.GET('/v1/causes/graphs', { params: { query: { line: found.line } } })), meta: { keep: false } });
  const state = useQuery({
    queryKey: ['causes', 'job', job],
    queryFn: () => takeOrNull(api.GET('/v1/causes/explanations/{job}', { params: { path: { job } } })),
    enabled: job !== '',
    refetchInterval: ({ state: { data } }) => (data?.state === 'done' || data?.state === 'failed' || data === null ? false : 700),
    meta: { keep: false },
  });
  const over = state.data === null || state.data?.state === 'done';
  useEffect(() => {
    if (job === '' || !over) return;
    setJob('');
    void queries.invalidateQueries({ queryKey: ['causes', 'case', found.id] });
  }, [over, job, setJob, queries, found.id]);
  const ask = useMutation({
    mutationFn: () =>
      take(api.POST('/v1/causes/cases/{case}/explanations', {
        params: { path: { case: found.id } },
        body: {
          where: Object.entries(where).flatMap(([column, labels]) => (labels.length === 0 ? [] : [{ column, labels, low: '', high: '' }])),
          against: others ? 'others' : 'before', graph: graph.data ? found.line : '', seed: 1,
        },
      })),
    onSuccess: ({ id }) => setJob(id),
  });
  const labelled = tables.data?.items.find(({ name }) => name === found.table)?.columns.filter(({ categories }) => categories.length > 1) ?? [];
  const running = job !== '' && !over && state.data?.state !== 'failed';
  if (!may && found.explanation !== null) return null;
  return (
    <Section title={t('ask.title')} help={t('ask.help')}>
      <div className="stack tight">
        <div className="row">
          {labelled.map(({ name, categories }) => (
            <label key={name} className="stack tight" style={{ minWidth: 180 }}>
              <span className="small soft">{name}</span>
              <Select mode="multiple" allowClear value={where[name] ?? []} placeholder={t('ask.all')} label={name} onChange={(labels: string[]) => setWhere({ ...where, [name]: labels })} options={categories.map((value) => ({ value, label: value }))} />
            </label>
          ))}
          <label className="row tight">
            <Switch size="small" checked={others} onChange={setOthers} aria-label={t('ask.others')} />
            <span className="small">{t('ask.others')}</span>
          </label>
        </div>
        <div className="row">
          <Button type="primary" disabled={!may || running} loading={ask.isPending} onClick={() => ask.mutate()}>
            {t(found.explanation === null ? 'ask.send' : 'ask.again')}
          </Button>
          {graph.data && <span className="small soft">{t('ask.believes', { version: graph.data.version })}</span>}
        </div>
        {running && (
          <div role="status">
            <Progress percent={Math.round((100 * (state.data?.done ?? 0)) / (state.data?.total ?? 100))} size="small" />
            <span className="small soft">{t(`ask.step.${state.data?.step ?? ''}`, { defaultValue: t('ask.step.waiting') })}</span>
          </div>
        )}
        {state.data?.state === 'failed' && <p role="alert" className="small">{String(state.data.report['detail'] ?? '')} {String(state.data.report['advice'] ?? '')}</p>}
        {ask.error !== null && <Failure error={ask.error} />}
      </div>
    </Section>
  );
}
