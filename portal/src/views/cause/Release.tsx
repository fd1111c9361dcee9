import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { useDraft } from '../../ui/useDraft';
import { zone } from '../cases/queries';
import type { Change } from './read';

const RISKS = ['low', 'medium', 'high'] as const;

/** Propose a change for release: with the suggested value or another one, and why. */
export function Release({ found, change }: { readonly found: Schemas['CauseDetail']; readonly change: Change }) {
  const { t } = useTranslation(['cause', 'causes']);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [ground, setGround, forget] = useDraft(`cause/${found.id}/ground`, '');
  const [value, setValue] = useState(change.proposed);
  const [risk, setRisk] = useState<(typeof RISKS)[number]>('low');
  const send = useMutation({
    mutationFn: async () => {
      const made = await take(
        api.POST('/v1/causes/cases/{case}/corrections', {
          params: { path: { case: found.id } },
          body: { column: change.column, ground, risk, proposed: value === change.proposed ? '' : value, present: '' },
        }),
      );
      // A correction of high risk waits for its evidence; others are handed in at once.
      if (risk === 'high') return;
      const path = { path: { case: made.case } };
      const { head } = await take(api.GET('/v1/cases/{case}', { params: path }));
      await take(api.POST('/v1/cases/{case}/events', { params: path, body: { event: 'submit', fields: {}, reason: '', zone: zone(), head } }));
    },
    onSuccess: forget,
    // A proposal that could not be handed in is there all the same.
    onSettled: () => queries.invalidateQueries({ queryKey: ['causes'] }),
  });
  if (!open) return <div><Button onClick={() => setOpen(true)}>{t('release.open')}</Button></div>;
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <label className="stack tight">
        <span className="small soft">{t('release.value', { unit: change.unit })}</span>
        <Input value={value} inputMode="decimal" onChange={(event) => setValue(event.target.value)} style={{ maxWidth: 180 }} />
      </label>
      <label className="stack tight">
        <span className="small soft">{t('release.ground')}</span>
        <Input.TextArea value={ground} maxLength={4_000} autoSize={{ minRows: 2 }} onChange={(event) => setGround(event.target.value)} />
      </label>
      <div className="row">
        <Segmented aria-label={t('release.risk')} value={risk} onChange={setRisk} options={RISKS.map((one) => ({ value: one, label: t(`release.${one}`) }))} />
        <Button type="primary" htmlType="submit" disabled={ground.trim() === '' || value === ''} loading={send.isPending}>{t('release.send')}</Button>
        <Button type="text" onClick={() => setOpen(false)}>{t('causes:keep')}</Button>
      </div>
      <p className="soft small" style={{ margin: 0 }}>{t('release.hint')}</p>
      {send.error !== null && <Failure error={send.error} />}
    </form>
  );
}
