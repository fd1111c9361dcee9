import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { Consequences } from './Consequences';
import { runQuery } from './queries';

interface Props {
  readonly org: string;
  readonly runs: readonly Schemas['RunRow'][];
  readonly steward: boolean;
  readonly onClose: () => void;
  readonly onLeft: (lefts: readonly Schemas['LeftView'][]) => void;
}

const MOST = 12;

/** Leaving is for good: what follows is said first, run by run where this node looks after them. */
export function LeavePlant({ org, runs, steward, onClose, onLeft }: Props) {
  const { t } = useTranslation('federation');
  const queries = useQueryClient();
  const [sure, setSure] = useState(false);
  const details = useQueries({ queries: runs.slice(0, MOST).map(({ name }) => runQuery(name)) });
  const leave = useMutation({
    mutationFn: () => take(api.POST('/v1/training/plant/leave')),
    onSuccess: async (answer) => {
      queries.setQueryData(['training', 'plant'], { plant: answer.plant });
      onLeft(answer.runs);
      onClose();
      await Promise.all([queries.invalidateQueries({ queryKey: ['training'] }), queries.invalidateQueries({ queryKey: ['models'] })]);
    },
  });
  return (
    <Modal
      open
      title={t('leave.title')}
      okText={t('plant.leave')}
      cancelText={t('leave.stay')}
      okButtonProps={{ danger: true, disabled: !sure, loading: leave.isPending }}
      onOk={() => leave.mutate()}
      onCancel={onClose}
    >
      <div className="stack tight">
        <ul className="plain">
          <li>{t('leave.atOnce')}</li>
          {!steward && <li>{t('leave.elsewhere')}</li>}
          {details.flatMap(({ data }) => (data === undefined ? [] : [<Consequences key={data.name} run={data} party={org} />]))}
          {runs.length > MOST && <li>{t('leave.more', { count: runs.length - MOST })}</li>}
          {steward && <li>{t('leave.anchored')}</li>}
          <li>{t('leave.noReturn')}</li>
        </ul>
        <Checkbox checked={sure} onChange={(event) => setSure(event.target.checked)}>{t('leave.sure')}</Checkbox>
        {leave.error !== null && <Failure error={leave.error} />}
      </div>
    </Modal>
  );
}
