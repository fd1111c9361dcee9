import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Drawer, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { all, api, take, takeOrNull } from '../../api/client';
import { useNode } from '../../app/useNode';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Failure } from '../../ui/Failure';
import { Select } from '../../ui/Select';
import { useDraft } from '../../ui/useDraft';
import { useKind } from '../../ui/useKind';
import { useRepairable } from './useRepairable';
import { zone } from './queries';

interface Claim {
  readonly about: string;
  readonly body: string;
  readonly description: string;
}

/** What a body must be accredited for, by what was repaired. */
const SCOPES: Readonly<Record<string, string>> = { complaint: 'repair-complaint', audit: 'repair-inspection', nonconformance: 'repair-nonconformance' };

const EMPTY: Claim = { about: '', body: '', description: '' };

interface Props {
  readonly open: boolean;
  readonly about: string;
  readonly onClose: () => void;
}

/** The fast lane: which event was repaired, and which accredited body shall examine it. */
export function OpenClaim({ open, about, onClose }: Props) {
  const { t } = useTranslation('cases');
  const kindOf = useKind();
  const format = useFormat();
  const go = useNavigate();
  const node = useNode().data;
  const [claim, setClaim, forget] = useDraft<Claim>('claim', { ...EMPTY, about });
  const events = useRepairable(open ? (node?.lei ?? null) : null);
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => all((cursor) => take(api.GET('/v1/members', { params: { query: { limit: 500, ...(cursor && { cursor }) } } }))),
    enabled: open,
  });
  const mayGovern = useMay('governance:read');
  const terms = useQuery({ queryKey: ['accreditations'], queryFn: () => takeOrNull(api.GET('/v1/accreditations')), enabled: open && mayGovern });
  const scope = SCOPES[events.data?.find((one) => one.id === claim.about)?.kind ?? 'nonconformance'] ?? 'repair-nonconformance';
  const holders = new Set((terms.data?.items ?? []).filter((one) => one.accredited && one.scope === scope).map((one) => one.body?.lei));
  // Where the node cannot tell who is accredited, the flow itself will.
  const bodies = (members.data ?? []).filter((one) => one.active && one.roles.includes('accredited-body') && (terms.data == null || holders.has(one.lei)));
  const opened = useMutation({
    mutationFn: () =>
      take(
        api.POST('/v1/cases', {
          params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
          body: {
            flow: 'repair-claim.2',
            fields: { about: claim.about.trim(), body: claim.body, subject: node?.lei ?? '', scope, ...(claim.description && { description: claim.description }) },
            zone: zone(),
            reason: '',
          },
        }),
      ),
    onSuccess: (detail) => {
      forget();
      void go(`/cases/${detail.id}`);
    },
  });
  const ready = /^[0-9a-f]{64}$/.test(claim.about.trim()) && claim.body !== '';
  return (
    <Drawer open={open} onClose={onClose} title={t('claim.title')} size={460}>
      <div className="stack">
        <p className="soft">{t('claim.lead')}</p>
        <label className="field">
          {t('claim.about')}
          <Select
            label={t('claim.about')}
            showSearch
            value={claim.about === '' ? null : claim.about}
            placeholder={t('claim.aboutHint')}
            loading={events.isPending}
            onChange={(value: string) => setClaim({ ...claim, about: value, body: '' })}
            options={(events.data ?? []).map((one) => ({ value: one.id, label: t('claim.event', { kind: kindOf(one.kind), number: one.sequence, date: format.date(one.occurred) }) }))}
            optionFilterProp="label"
            notFoundContent={t('claim.noEvents')}
          />
        </label>
        <label className="field">
          {t('claim.body')}
          <Select label={t('claim.body')} value={claim.body === '' ? null : claim.body} placeholder={t('claim.bodyHint')} onChange={(value: string) => setClaim({ ...claim, body: value })} options={bodies.map(({ lei, name }) => ({ value: lei, label: name }))} notFoundContent={t('claim.noBodies')} />
        </label>
        <label className="field">
          {t('claim.description')}
          <Input.TextArea value={claim.description} maxLength={4000} rows={5} onChange={(event) => setClaim({ ...claim, description: event.target.value })} />
        </label>
        {opened.isError && <Failure error={opened.error} />}
        <Button type="primary" size="large" disabled={!ready} loading={opened.isPending} onClick={() => opened.mutate()}>
          {t('open')}
        </Button>
      </div>
    </Drawer>
  );
}
