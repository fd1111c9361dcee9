import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api, file, take, takeOrNull } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Select } from '../../ui/Select';
import { save } from '../../ui/save';
import { causesOf } from '../cause/read';
import { ChooseLine } from './ChooseLine';
import { EdgePanel } from './EdgePanel';
import { Versions } from './Versions';
import { drawnOf, shareOf, sharesOf } from './drawn';
import { useWords } from './useWords';
import '../causes/causes.css';
import './graph.css';

const Canvas = lazy(() => import('./Canvas'));
const FORMS = ['json', 'graphml', 'dot'] as const;

/** The graph of the line in the address; without one, the lines to choose from. */
export default function GraphPage() {
  const [search] = useSearchParams();
  const line = search.get('line') ?? '';
  return line === '' ? <ChooseLine /> : <OfLine key={line} line={line} />;
}

/** What engineers know of a line's causes: tiers as lanes; propose, doubt, rule out, take back, compare versions. */
function OfLine({ line }: { readonly line: string }) {
  const { t } = useTranslation('graph');
  const format = useFormat();
  const [search] = useSearchParams();
  const table = search.get('table') ?? '';
  const origin = search.get('case');
  const may = useMay('causes:write');
  const queries = useQueryClient();
  const [version, setVersion] = useState<number | null>(null);
  const [edge, setEdge] = useState<readonly [string, string] | null>(null);
  const query = useQuery({
    queryKey: ['causes', 'graph', line, version],
    queryFn: () => takeOrNull(api.GET('/v1/causes/graphs', { params: { query: { line, ...(version !== null && { version }) } } })),
    meta: { keep: false },
  });
  const begin = useMutation({
    mutationFn: () => take(api.PUT('/v1/causes/graphs', { body: { line, table, tiers: [] } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['causes', 'graph'] }),
  });
  const seen = useQuery({
    queryKey: ['causes', 'case', origin],
    queryFn: () => takeOrNull(api.GET('/v1/causes/cases/{case}', { params: { path: { case: origin ?? '' } } })),
    enabled: origin !== null,
    meta: { keep: false },
  });
  const explanation = seen.data?.explanation ?? null;
  const path = useMemo(() => causesOf(explanation)[0]?.paths[0], [explanation]);
  const drawn = useMemo(() => drawnOf(query.data?.edges ?? [], explanation, path?.steps ?? []), [query.data, explanation, path]);
  const shares = useMemo(() => sharesOf(explanation), [explanation]);
  const words = useWords(line, query.data);
  const exported = async (form: (typeof FORMS)[number]): Promise<void> => save(await file(`/v1/causes/graphs/export?line=${encodeURIComponent(line)}&form=${form}`), `graph.${form}`);
  return (
    <Page
      title={t('title', { line })}
      lead={t('lead')}
      actions={
        query.data && (
          <>
            {may && <Button disabled={words.undo === null} loading={words.pending} onClick={() => words.undo?.()}>{t('undo')}</Button>}
            <Select label={t('export')} placeholder={t('export')} value={null} onSelect={(form: (typeof FORMS)[number] | null) => form !== null && void exported(form)} options={FORMS.map((value) => ({ value, label: value.toUpperCase() }))} style={{ width: 130 }} />
          </>
        )
      }
    >
      <Asked query={query} rows={10}>
        {(graph) =>
          graph === null ? (
            <div className="card">
              <Empty title={t('none')} hint={t('noneHint')} {...(may && table !== '' && { action: { label: t('begin'), onClick: () => begin.mutate() } })} />
              {begin.error !== null && <Failure error={begin.error} />}
            </div>
          ) : (
            <div className="stack">
              {words.error !== null && <Failure error={words.error} />}
              <div className="graph-body">
                <section className="card flush graph-canvas" aria-label={t('canvas')}>
                  <Suspense fallback={<Loading />}><Canvas columns={graph.columns} tiers={graph.tiers} edges={drawn} chosen={edge} choose={setEdge} may={may && version === null} /></Suspense>
                </section>
                <EdgePanel key={edge?.join('→') ?? ''} graph={graph} edge={edge} choose={setEdge} may={may && version === null} words={words} share={explanation === null ? null : (cause, effect) => shareOf(shares, cause, effect)} />
              </div>
              {origin !== null && path !== undefined && (
                <p className="row tight" style={{ margin: 0 }}>
                  <span>{t('path', { path: path.steps.join(' → '), stated: path.stated.probability === null ? t('cannotSay') : format.percent(path.stated.probability, 1) })}</span>
                  <Link to={`/causes/${origin}`}>{t('back')}</Link>
                </p>
              )}
              <p className="soft small">{t('version', { version: graph.version, by: graph.by, when: format.dateTime(graph.at) })}</p>
              <Versions line={line} shown={version} show={setVersion} />
            </div>
          )
        }
      </Asked>
    </Page>
  );
}
