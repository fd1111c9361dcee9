import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { Consequences } from './Consequences';
import { LeftReport } from './LeftReport';

interface Props {
  readonly run: Schemas['RunDetail'];
  readonly party: { readonly org: string; readonly name: string };
  readonly onClose: () => void;
}

/** Train a run again without a party; what that entails is said before, what came of it after. */
export function LeaveRun({ run, party, onClose }: Props) {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: () => take(api.POST('/v1/training/runs/{run}/leave', { params: { path: { run: run.name } }, body: { party: party.org } })),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ['training'] }), queries.invalidateQueries({ queryKey: ['models'] })]),
  });
  const done = leave.data !== undefined;
  return (
    <Modal
      open
      title={t('leave.runTitle', { name: party.name === '' ? party.org : party.name })}
      okText={t(done ? 'leave.close' : 'leave.runDo')}
      cancelText={t('cancel')}
      okButtonProps={{ danger: !done, loading: leave.isPending }}
      cancelButtonProps={{ style: done ? { display: 'none' } : {} }}
      onOk={() => (done ? onClose() : leave.mutate())}
      onCancel={onClose}
    >
      <div className="stack tight">
        {done ? (
          <LeftReport lefts={[leave.data]} />
        ) : (
          <>
            <ul className="plain">
              <Consequences run={run} party={party.org} />
              <li>{t('leave.anchored')}</li>
              <li>{t('leave.noReturn')}</li>
            </ul>
            {leave.error !== null && <Failure error={leave.error} />}
          </>
        )}
      </div>
    </Modal>
  );
}
