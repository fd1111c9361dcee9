import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Failure } from '../../ui/Failure';

/** Stop after the round at hand, or go on from the newest checkpoint; a run from which somebody left stays as it is. */
export function RunActs({ run, small = false }: { readonly run: Schemas['RunRow']; readonly small?: boolean }) {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const may = useMay('training:write');
  const act = useMutation({
    mutationFn: (stop: boolean) => {
      const params = { path: { run: run.name } };
      return stop ? take(api.POST('/v1/training/runs/{run}/stop', { params })) : take(api.POST('/v1/training/runs/{run}/resume', { params }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['training'] }),
  });
  const halts = (run.state === 'paused' || run.state === 'stopped') && run.leaving === '' && run.withdrawn.length === 0;
  if (!may) return null;
  return (
    <>
      {run.state === 'running' && <Button size={small ? 'small' : 'middle'} loading={act.isPending} onClick={() => act.mutate(true)}>{t('runs.stop')}</Button>}
      {halts && <Button size={small ? 'small' : 'middle'} loading={act.isPending} onClick={() => act.mutate(false)}>{t('runs.resume')}</Button>}
      {act.error !== null && <Failure error={act.error} />}
    </>
  );
}
