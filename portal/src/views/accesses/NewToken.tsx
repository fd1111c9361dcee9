import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useWho } from '../../app/useSession';
import { Failure } from '../../ui/Failure';
import { Select } from '../../ui/Select';

type Scope = Schemas['Permission'];

/** A key for a program: never more than its owner may, and shown this once. */
export function NewToken() {
  const { t } = useTranslation('accesses');
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const who = useWho();
  const [open, setOpen] = useState(false);
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [days, setDays] = useState(90);
  const issue = useMutation({
    mutationFn: () => take(api.POST('/v1/tokens', { body: { label: label.trim(), scopes, days } })),
    onSuccess: (given) => {
      setOpen(false);
      setLabel('');
      setScopes([]);
      void queries.invalidateQueries({ queryKey: ['tokens'] });
      modal.success({ width: 560, title: t('issued'), content: <><p className="mono temporary">{given.secret}</p><p>{t('issuedHint')}</p></> });
    },
  });
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>{t('new')}</Button>
      <Modal open={open} onCancel={() => setOpen(false)} title={t('new')} okText={t('new')} cancelText={t('cancel')} okButtonProps={{ disabled: label.trim() === '' || scopes.length === 0, loading: issue.isPending }} onOk={() => issue.mutate()}>
        <div className="stack">
          <label className="field">
            {t('label')}
            <Input value={label} maxLength={64} onChange={(event) => setLabel(event.target.value)} />
          </label>
          <label className="field">
            {t('scopes')}
            <Select label={t('scopes')} mode="multiple" value={scopes} onChange={setScopes} options={who.permissions.filter((one) => one !== 'self').map((value) => ({ value, label: value }))} />
          </label>
          <label className="field">
            {t('days')}
            <InputNumber min={1} max={365} value={days} onChange={(value) => setDays(value ?? 90)} />
          </label>
          {issue.isError && <Failure error={issue.error} />}
        </div>
      </Modal>
    </>
  );
}
