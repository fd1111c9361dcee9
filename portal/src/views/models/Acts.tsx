import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, file, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { Failure } from '../../ui/Failure';
import { save } from '../../ui/save';
import { useDraft } from '../../ui/useDraft';

/** Put a model into use, stop it for good, take its weight file away. */
export function Acts({ model }: { readonly model: Schemas['ModelDetail'] }) {
  const { t } = useTranslation('models');
  const queries = useQueryClient();
  const may = useMay('plant:write');
  const [asking, setAsking] = useState(false);
  const path = { name: model.name, version: model.version };
  const again = () => queries.invalidateQueries({ queryKey: ['models'] });
  const release = useMutation({ mutationFn: () => take(api.POST('/v1/models/{name}/{version}/release', { params: { path } })), onSuccess: again });
  const load = useMutation({
    mutationFn: async () => save(await file(`/v1/models/${model.name}/${model.version}/weights`), `${model.name}-${model.version}.risk.json`),
  });
  const failed = release.error ?? load.error;
  return (
    <>
      <Button loading={load.isPending} onClick={() => load.mutate()}>{t('weights')}</Button>
      {may && model.state === 'trial' && (
        <Popconfirm title={t('release.ask')} description={<div style={{ maxWidth: 320 }}>{t('release.follows')}</div>} okText={t('release.do')} cancelText={t('cancel')} onConfirm={() => release.mutate()}>
          <Button type="primary" loading={release.isPending}>{t('release.do')}</Button>
        </Popconfirm>
      )}
      {may && model.state !== 'stopped' && <Button danger onClick={() => setAsking(true)}>{t('stop.do')}</Button>}
      {failed !== null && <Failure error={failed} />}
      {asking && <Stop model={model} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Stopping needs a reason, and says what follows from it. */
function Stop({ model, onClose }: { readonly model: Schemas['ModelDetail']; readonly onClose: () => void }) {
  const { t } = useTranslation('models');
  const queries = useQueryClient();
  const [reason, setReason, forget] = useDraft(`models/stop/${model.name}-${model.version}`, '');
  const stop = useMutation({
    mutationFn: () => take(api.POST('/v1/models/{name}/{version}/stop', { params: { path: { name: model.name, version: model.version } }, body: { reason: reason.trim() } })),
    onSuccess: async () => {
      forget();
      await queries.invalidateQueries({ queryKey: ['models'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('stop.ask', { name: model.name, version: model.version })}
      okText={t('stop.do')}
      cancelText={t('cancel')}
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: stop.isPending }}
      onOk={() => stop.mutate()}
      onCancel={onClose}
    >
      <div className="stack tight">
        <ul className="plain">
          <li>{t('stop.follows.now')}</li>
          <li>{t('stop.follows.before')}</li>
          <li>{t('stop.follows.good')}</li>
        </ul>
        <label className="field">
          <span>{t('stop.reason')}</span>
          <Input.TextArea rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
          <span className="soft small">{t('stop.reasonHint')}</span>
        </label>
        {stop.error !== null && <Failure error={stop.error} />}
      </div>
    </Modal>
  );
}
