import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Failure } from '../../ui/Failure';
import { Tag } from '../../ui/Tag';

const MOODS: Readonly<Record<string, 'good' | 'watch' | 'info' | 'calm'>> = { running: 'info', paused: 'watch', finished: 'good', stopped: 'calm' };

/** One run: how far, who is in, how the loss moves, and whether the chain holds the same. */
export function Run({ run }: { readonly run: Schemas['RunRow'] }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const queries = useQueryClient();
  const may = useMay('training:write');
  const [open, setOpen] = useState(false);
  const detail = useQuery({
    queryKey: ['training', run.name, run.done],
    queryFn: () => take(api.GET('/v1/training/runs/{run}', { params: { path: { run: run.name } } })),
    enabled: open,
    meta: { keep: false },
  });
  const act = useMutation({
    mutationFn: (stop: boolean) =>
      stop ? take(api.POST('/v1/training/runs/{run}/stop', { params: { path: { run: run.name } } })) : take(api.POST('/v1/training/runs/{run}/resume', { params: { path: { run: run.name } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['training'] }),
  });
  return (
    <article className="stack tight" style={{ borderTop: '1px solid var(--line)', paddingTop: 14 }}>
      <div className="row apart">
        <strong className="mono">{run.name.slice(0, 12)}</strong>
        <Tag mood={MOODS[run.state] ?? 'calm'}>{t(`state.${run.state}`, { defaultValue: run.state })}</Tag>
      </div>
      <Progress percent={Math.round((100 * run.done) / run.rounds)} size="small" format={() => t('runs.rounds', { done: run.done, rounds: run.rounds })} />
      <div className="row tight small">
        <span>{t('runs.parties', { count: run.parties.length })}</span>
        {run.out.length > 0 && <Tag mood="watch">{t('runs.out', { count: run.out.length })}</Tag>}
        {run.metrics.length > 1 && <span className="num">{t('runs.loss', { before: format.number(run.metrics[0], 4), after: format.number(run.metrics[1], 4) })}</span>}
        <Tag mood={run.agrees ? 'good' : 'bad'}>{run.agrees ? t('runs.chain', { count: run.on_chain }) : t('runs.differs')}</Tag>
      </div>
      <div className="row tight no-print">
        <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>{t(open ? 'runs.less' : 'runs.more')}</Button>
        {may && run.state === 'running' && <Button size="small" loading={act.isPending} onClick={() => act.mutate(true)}>{t('runs.stop')}</Button>}
        {may && (run.state === 'paused' || run.state === 'stopped') && <Button size="small" loading={act.isPending} onClick={() => act.mutate(false)}>{t('runs.resume')}</Button>}
      </div>
      {act.error !== null && <Failure error={act.error} />}
      {open && (
        <Asked query={detail} rows={3}>
          {({ records }) => (
            <div style={{ overflowX: 'auto' }}>
              <table className="plain-table">
                <thead><tr><th>{t('runs.round')}</th><th>{t('runs.members')}</th><th>{t('runs.weight')}</th><th>{t('runs.epsilon')}</th><th>{t('runs.model')}</th></tr></thead>
                <tbody>
                  {[...records].reverse().map((one) => (
                    <tr key={one.round}>
                      <th className="num">{one.round}</th>
                      <td className="num">{`${one.members.length - one.out.length}/${one.members.length}`}</td>
                      <td className="num">{format.number(one.weight)}</td>
                      <td className="num">{one.epsilon === '0' ? t('runs.unbounded') : one.epsilon}</td>
                      <td className="mono" title={one.model_after}>{one.model_after.slice(0, 10)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Asked>
      )}
    </article>
  );
}
